import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../support/cli.ts';
import { shell, snippetsOf, workplace } from '../support/documents.ts';

/** What its commands must end with; the page says so in a comment. */
const codeOf = (command: string): number => Number(/# exit code (\d+)/.exec(command)?.[1] ?? 0);
const trimmed = (text: string): string => text.replaceAll(/[ \t]+$/gm, '').trim();

/** Later steps need the files of earlier ones, so a page is one test. */
it.each([
  ['docs/tutorial.md', { files: 6, commands: 10, outputs: 4 }],
  ['docs/audit.md', { files: 1, commands: 10, outputs: 2 }],
])('%s works as pasted, from an empty folder', (page, expected) => {
  const lines = readFileSync(join(ROOT, page), 'utf8').split('\n');
  /** What the page says before a block: "Save this as `name`:". */
  const fileOf = (line: number): string | undefined => / as `([\w.-]+)`:$/.exec(lines[line - 3] ?? '')?.[1];
  const folder = workplace();
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
    for (const command of text.trim().split('\n')) {
      done.commands += 1;
      // `workplace` has installed this checkout; examples/07-own-service installs the packed package.
      if (command === 'npm install beryl zod') continue;
      const end = shell(command, folder);
      expect(end.code, `${where}: ${command}\n${end.shown}`).toBe(codeOf(command));
      shown += end.shown;
    }
    if (output === undefined) continue;
    done.outputs += 1;
    expect(trimmed(shown), where).toContain(trimmed(output));
  }
  expect(done).toEqual(expected);
});
