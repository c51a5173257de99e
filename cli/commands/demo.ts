import { join } from 'node:path';
import { printable } from '../../base/printable.ts';
import { ExitCode } from '../errors.ts';
import { readExamples, type Example, type ExampleCase } from '../examples.ts';
import { readText } from '../files.ts';
import { readNetworkFile } from '../network-file.ts';
import type { Output } from '../output.ts';
import { jsonLine } from '../json-text.ts';
import { reportText } from '../report.ts';
import { indent, name } from '../report-text.ts';
import { stateOf } from '../run-json.ts';
import { Session } from '../session.ts';
import { verdictOf } from '../verdict.ts';

/** `beryl demo`: an honest post, then every attack of the examples. Exits 0 only if all cases behaved as expected. */
export async function demoCommand(
  options: { readonly verbose?: boolean },
  output: Output,
): Promise<ExitCode> {
  const rows: string[] = [];
  let allAsExpected = true;
  for (const example of readExamples().filter(({ demo }) => demo)) {
    output.list(`\n${example.title}\n  tried: ${example.tried}`);
    for (const played of example.cases) {
      const { row, asExpected } = await play(example, played, options.verbose === true, output);
      rows.push(row);
      allAsExpected &&= asExpected;
    }
  }
  output.list(`\n${rows.join('\n')}`);
  output.list(
    allAsExpected ? '\nall cases behaved as expected' : '\nsome cases did NOT behave as expected: see above',
  );
  return allAsExpected ? ExitCode.ok : ExitCode.scriptError;
}

async function play(
  example: Example,
  played: ExampleCase,
  verbose: boolean,
  output: Output,
): Promise<{ row: string; asExpected: boolean }> {
  const script = readText(join(example.folder, played.script), 'script');
  const session = await Session.open({
    ...readNetworkFile(join(example.folder, played.network)),
    clock: 'virtual',
  });
  await session.playWire();
  const before = postsOf(session).length;
  const report = await session.run(script, { file: played.script });
  const verdict = verdictOf(report);
  const posts = postsOf(session).slice(before);
  output.list(indent(`\n${played.script}\n${reportText(session, report, { verbose })}`, 2));
  output.list(
    indent(
      posts.length === 0 ? 'posted: nothing' : `posted: ${session.withNames(printable(jsonLine(posts)))}`,
      2,
    ),
  );
  const asExpected =
    verdict.outcome === played.outcome &&
    (played.code === '' || verdict.code === played.code) &&
    posts.length === played.posts;
  const who =
    verdict.outcome === 'ok' ? 'accepted' : `refused at ${name(session, verdict.peerId)} by ${verdict.layer}`;
  const columns = [
    asExpected ? '✓' : '✗',
    `${example.name}/${played.script}`.padEnd(44),
    who.padEnd(34),
    verdict.code,
  ];
  return { row: columns.join('  ').trimEnd(), asExpected };
}

function postsOf(session: Session): readonly unknown[] {
  const blog = Object.entries(stateOf(session)).find(([id]) => id.endsWith('/blogSrv'))?.[1];
  const { posts } = (blog ?? { posts: [] }) as { posts?: readonly unknown[] };
  return posts ?? [];
}
