import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { beryl, ROOT } from '../support/cli.ts';

/** Sections of a help text that hold no commands. */
const NOT_COMMANDS = new Set(['Arguments', 'Options', 'Exit codes']);

/** Each option that `--help` prints for a command and the commands under it: `audit diff --left`. */
function optionsOf(command: readonly string[]): string[] {
  const help = beryl([...command, '--help']).stdout;
  // Commander answers an unknown command with the help of the one above.
  if (!new RegExp(`^Usage: ${['beryl', ...command].join(' ')}( |$)`, 'm').test(help)) return [];
  const options: string[] = [];
  const commands = new Set<string>();
  let section = '';
  for (const line of help.split('\n')) {
    section = /^(\S.*):$/.exec(line)?.[1] ?? section;
    const [, option] = /^ {2}(?:-\w, )?(--[a-z-]+)/.exec(line) ?? [];
    const [, inner] = /^ {2}([a-z][a-z-]*)(?= )/.exec(line) ?? [];
    if (option !== undefined) options.push([...command, option].join(' '));
    else if (inner !== undefined && !NOT_COMMANDS.has(section)) commands.add(inner);
  }
  commands.delete('help');
  const own = options.filter(name => !/(^|\s)--(help|version)$/.test(name));
  return [...own, ...[...commands].flatMap(inner => optionsOf([...command, inner]))];
}

it('docs/cli.md lists every option that the commands have, and no other', () => {
  const known = optionsOf([]);
  expect(known.length).toBeGreaterThan(100);
  const page = readFileSync(join(ROOT, 'docs/cli.md'), 'utf8');
  const section = page.split('\n## Every option\n')[1]?.split('\n## ')[0] ?? '';
  const listed = [...section.matchAll(/^\| (`[^|]*`) +\| `(?:-\w, )?(--[a-z-]+)[^`|]*` +\|/gm)].flatMap(
    ([, commands = '', option = '']) =>
      [...commands.matchAll(/`([^`]+)`/g)].map(([, command = '']) => `${command} ${option}`),
  );
  expect(listed.toSorted()).toEqual(known.toSorted());
}, 300_000);
