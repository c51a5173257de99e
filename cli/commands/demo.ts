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
import { playWire, Session } from '../../network/index.ts';
import { verdictOf } from '../verdict.ts';

export interface DemoOptions {
  readonly verbose?: boolean;
  readonly json?: boolean;
}

/** `beryl demo`: an honest post, then every attack of the examples. Exits 0 only if all cases behaved as expected. */
export async function demoCommand(options: DemoOptions, output: Output): Promise<ExitCode> {
  const { json = false, verbose = false } = options;
  // The account of each case is for people: with `--json` it gives way to the document.
  const show = (text: string): void => (json ? output.say(text) : output.list(text));
  const played: PlayedCase[] = [];
  for (const example of readExamples().filter(({ demo }) => demo)) {
    show(`\n${example.title}\n  tried: ${example.tried}`);
    for (const one of example.cases) played.push(await play(example, one, verbose, show));
  }
  const allAsExpected = played.every(({ asExpected }) => asExpected);
  if (json) output.json({ allAsExpected, cases: played.map(({ case: one }) => one) });
  show(`\n${played.map(({ row }) => row).join('\n')}`);
  show(
    allAsExpected ? '\nall cases behaved as expected' : '\nsome cases did NOT behave as expected: see above',
  );
  return allAsExpected ? ExitCode.ok : ExitCode.scriptError;
}

interface PlayedCase {
  readonly asExpected: boolean;
  /** For programs, and for people. */
  readonly case: object;
  readonly row: string;
}

async function play(
  example: Example,
  played: ExampleCase,
  verbose: boolean,
  show: (text: string) => void,
): Promise<PlayedCase> {
  const script = readText(join(example.folder, played.script), 'script');
  const session = await Session.open({
    ...readNetworkFile(join(example.folder, played.network)),
    clock: 'virtual',
  });
  await playWire(session);
  const before = postsOf(session).length;
  const report = await session.run(script, { file: played.script });
  const verdict = verdictOf(report);
  const posts = postsOf(session).slice(before);
  show(indent(`\n${played.script}\n${reportText(session, report, { verbose })}`, 2));
  show(
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
  return {
    asExpected,
    case: {
      example: example.name,
      script: played.script,
      outcome: verdict.outcome,
      code: verdict.code,
      asExpected,
    },
    row: columns.join('  ').trimEnd(),
  };
}

function postsOf(session: Session): readonly unknown[] {
  const blog = Object.entries(stateOf(session)).find(([id]) => id.endsWith('/blogSrv'))?.[1];
  const { posts } = (blog ?? { posts: [] }) as { posts?: readonly unknown[] };
  return posts ?? [];
}
