import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { EXIT_MEANINGS, ExitCode } from '../../../cli/errors.ts';
import { createProgram } from '../../../cli/program.ts';
import { capture, ROOT } from '../../support/cli.ts';

const program = createProgram('1.2.3', capture(), () => undefined);
const leaves = (command: Command, at = ''): (readonly [string, Command])[] =>
  command.commands.length === 0
    ? [[at, command]]
    : command
        .createHelp()
        .visibleCommands(command)
        .flatMap(inner =>
          command.commands.includes(inner) ? leaves(inner, `${at} ${inner.name()}`.trim()) : [],
        );

/** Commands without `--json`, with the reason. */
const WITHOUT_JSON: Readonly<Record<string, string>> = {
  completion: 'prints a program for a shell',
  lsp: 'speaks the protocol of editors, which is JSON',
  repl: 'a session, not an answer',
  mcp: 'speaks the protocol of agents, which is JSON',
  'store export': 'prints JSON lines always',
  'bus signer': 'prints a line of JSON for each event, until it is stopped',
};

describe('the commands', () => {
  it.each(leaves(program))('`beryl %s` has --json, a description, and a group', (at, command) => {
    const hasJson = command.options.some(({ long }) => long === '--json');
    expect(hasJson).toBe(WITHOUT_JSON[at] === undefined);
    expect(command.description()).not.toBe('');
  });

  it.each(leaves(program))('`beryl %s` describes every argument and option', (_, command) => {
    const parts = [...command.registeredArguments, ...command.options];
    expect(parts.filter(({ description }) => description === '')).toEqual([]);
  });

  it.each([
    [['explan'], 'Did you mean explain?'],
    [['audit', 'cals'], 'Did you mean calls?'],
    [['lint', '--deny-warning', 'x'], 'Did you mean --deny-warnings?'],
    [['fmt', '--chek', 'x'], 'Did you mean --check?'],
    [['zzz'], 'unknown command'],
  ])('%j: %s', async (words, text) => {
    const message = await createProgram('1.2.3', capture(), () => undefined)
      .parseAsync(['node', 'beryl', ...words])
      .then(
        () => '',
        (failure: Error) => failure.message,
      );
    expect(message).toContain(text);
  });
});

describe('a program for one command', () => {
  const namesOf = (called: string): string[] =>
    createProgram('1.2.3', capture(), () => undefined, called).commands.map(command => command.name());

  it('leaves out the groups behind that command', () => {
    expect(namesOf('new')).not.toContain('audit');
    expect(namesOf('audit')).toContain('audit');
  });

  it.each(['completion', 'man'])('has all commands for `%s`, which writes about them', called => {
    expect(namesOf(called)).toEqual(program.commands.map(command => command.name()));
  });
});

describe('exit codes', () => {
  it('have one meaning each: docs/cli.md has the same table', () => {
    const page = readFileSync(join(ROOT, 'docs/cli.md'), 'utf8');
    const rows = [...page.matchAll(/^\| (\d+) +\| (.*?) +\|$/gm)].map(([, code, text]) => [
      Number(code),
      text,
    ]);
    expect(rows).toEqual(EXIT_MEANINGS);
    expect(EXIT_MEANINGS.map(([code]) => code).toSorted()).toEqual(Object.values(ExitCode).toSorted());
  });
});
