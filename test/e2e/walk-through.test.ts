import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ROOT } from '../support/cli.ts';
import { shell, snippetsOf, workplace } from '../support/documents.ts';
import { noNats } from '../support/nats.ts';

// Where everything must run, a missing program is a failure.
const hasPython =
  process.env['BERYL_REQUIRE_ALL'] !== undefined || spawnSync('python3', ['--version']).status === 0;
/** What its commands must end with; the page says so in a comment. */
const codeOf = (command: string): number => Number(/# exit code (\d+)/.exec(command)?.[1] ?? 0);
const trimmed = (text: string): string => text.replaceAll(/[ \t]+$/gm, '').trim();

/** Later steps need the files of earlier ones, so a page is one test. */
it.for<[string, { files: number; commands: number; outputs: number }]>([
  ['docs/first-steps.md', { files: 2, commands: 11, outputs: 6 }],
  ['docs/tutorial.md', { files: 6, commands: 10, outputs: 5 }],
  ['docs/aqua.md', { files: 4, commands: 8, outputs: 4 }],
  ['docs/audit.md', { files: 1, commands: 18, outputs: 2 }],
  ['docs/three-machines.md', { files: 2, commands: 30, outputs: 5 }],
  ['docs/policies.md', { files: 5, commands: 11, outputs: 4 }],
  ['docs/sandbox.md', { files: 13, commands: 6, outputs: 4 }],
  ['docs/agents.md', { files: 6, commands: 4, outputs: 1 }],
  ['docs/channels.md', { files: 5, commands: 6, outputs: 5 }],
  ['docs/lattice.md', { files: 3, commands: 21, outputs: 3 }],
])('%s works as pasted, from an empty folder', { timeout: 300_000 }, ([page, expected], { skip }) => {
  if (page === 'docs/lattice.md' && noNats !== undefined) skip(noNats);
  const lines = readFileSync(join(ROOT, page), 'utf8').split('\n');
  /** What the page says before a block: "Save this as `name`:". */
  const fileOf = (line: number): string | undefined => / as `([\w.-]+)`:$/.exec(lines[line - 3] ?? '')?.[1];
  const folder = workplace();
  // Peers that a step has started must not outlive a step that fails.
  onTestFinished(
    () =>
      void shell(
        'for file in */peer.jsonc; do npx beryl peer stop -c $file; done; for file in *.pid; do kill $(cat $file); done',
        folder,
      ),
  );
  const done = { files: 0, commands: 0, outputs: 0 };
  for (const { language, text, line, output } of snippetsOf(page)) {
    const where = `${page}:${line}`;
    if (language === 'text') continue;
    const file = fileOf(line);
    if (file !== undefined) {
      writeFileSync(join(folder, file), text);
      done.files += 1;
      continue;
    }
    expect(language, where).toBe('sh');
    let shown = '';
    let isSkipped = false;
    for (const command of text.trim().split('\n')) {
      done.commands += 1;
      // `workplace` has installed this checkout; examples/07-own-service installs the packed package.
      if (command.startsWith('npm install beryl zod')) continue;
      if (/\bpython3\b/.test(command) && !hasPython) {
        console.warn(`${where} was skipped: python3 is missing`);
        isSkipped = true;
        continue;
      }
      const end = shell(command, folder);
      expect(end.code, `${where}: ${command}\n${end.shown}`).toBe(codeOf(command));
      shown += end.shown;
    }
    if (output === undefined) continue;
    done.outputs += 1;
    if (!isSkipped) expect(trimmed(shown), where).toContain(trimmed(output));
  }
  expect(done).toEqual(expected);
});
