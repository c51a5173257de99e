import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usageOf } from '../../../../cli/repl/command.ts';
import { COMMANDS } from '../../../../cli/repl/table.ts';
import { GROUPS, TOPICS } from '../../../../cli/repl/topics.ts';
import { ROOT } from '../../../support/cli.ts';
import { Typed } from '../../../support/repl.ts';

const PAGE = join(ROOT, 'docs/repl.md');

describe('the table of commands', () => {
  const before = process.cwd();
  beforeAll(() => process.chdir(mkdtempSync(join(tmpdir(), 'beryl-repl-'))));
  afterAll(() => process.chdir(before));

  it('has each name once, and topics beside', () => {
    const names = [...COMMANDS, ...TOPICS].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([...COMMANDS, ...TOPICS].filter(({ examples }) => examples.length > 0).map(row => [row.name, row]))(
    'examples of %s run as pasted',
    async (_, { examples }) => {
      const typed = await Typed.open();
      for (const example of examples)
        expect(await typed.type(example), example).not.toMatch(/^ERR_(CLI|AIR)/m);
    },
  );

  it('every command has a file of its name, and help', async () => {
    const typed = await Typed.open();
    const list = await typed.type(':help');
    for (const command of COMMANDS) {
      expect(list).toContain(`  :${command.name} `);
      expect(readFileSync(join(ROOT, `cli/repl/commands/${command.name}.ts`), 'utf8')).toContain(
        'Command: Command',
      );
      const help = await typed.type(`:help ${command.name}`);
      expect(help.split('\n').slice(0, 3)).toEqual([usageOf(command), command.does, command.help]);
    }
    for (const { name, text } of TOPICS) expect(await typed.type(`:help ${name}`)).toContain(text);
  });

  it('docs/repl.md has it (npm run docs writes it)', async () => {
    const tables = GROUPS.map(({ group, title }) => {
      const rows = COMMANDS.filter(command => command.group === group).map(
        command => `- \`${usageOf(command)}\`: ${command.does}. ${command.help}`,
      );
      return `### ${title}\n\n${rows.join('\n')}\n`;
    });
    const page = readFileSync(PAGE, 'utf8').replace(
      /(?<=<!-- commands -->\n)[^]*(?=<!-- end of commands -->)/,
      () => `\n${tables.join('\n')}\n`,
    );
    expect(page).toContain(tables.at(-1));
    await expect(page).toMatchFileSnapshot(PAGE);
  });
});
