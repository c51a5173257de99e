import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { beryl, ROOT } from '../support/cli.ts';
import { shell, workplace } from '../support/documents.ts';

const STARTS: [string, string, number, [string, number][]][] = [
  [
    'service',
    'bell',
    3,
    [
      ['honest.air', 0],
      ['forged.air', 4],
    ],
  ],
  ['script', 'visit', 2, [['script.air', 0]]],
  [
    'policy',
    'payees',
    2,
    [
      ['honest.air', 0],
      ['mail.air', 4],
    ],
  ],
];

describe.each(STARTS)('beryl new %s', (what, name, tests, scripts) => {
  const folder = workplace();
  const made = shell(`npx --no-install beryl new ${what} ${name}`, folder);
  const inside = join(folder, name);

  it('names what it wrote, and what to try', () => {
    expect(made.code).toBe(0);
    for (const file of readdirSync(inside)) expect(made.shown).toContain(`${name}/${file}`);
    expect(made.shown).toContain('node --test');
    const { dependencies } = JSON.parse(readFileSync(join(inside, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(Object.keys(dependencies)).toEqual(['beryl', 'zod']);
  });

  it('has tests that pass', () => {
    const shown = execFileSync(process.execPath, ['--test', '--test-reporter=tap'], {
      cwd: inside,
      encoding: 'utf8',
      // Of a test runner that runs this one.
      env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    });
    expect(shown).toMatch(new RegExp(`^# pass ${tests}$`, 'm'));
    expect(shown).toMatch(/^# fail 0$/m);
  });

  it.each(scripts)('%s ends with %i', (file, code) => {
    const end = shell(`npx --no-install beryl run ${file} --network network.json`, inside);
    expect(end.code, end.shown).toBe(code);
  });

  it('holds valid, formatted scripts without warnings', () => {
    const end = shell(
      `npx --no-install beryl check . --network network.json && npx --no-install beryl fmt --check .`,
      inside,
    );
    expect(end.code, end.shown).toBe(0);
  });
});

describe('beryl new', () => {
  const folder = workplace();
  it.each([
    ['new service ../x', 'ERR_CLI_COMMAND', 'cannot be a name'],
    ['new service 1x', 'ERR_CLI_COMMAND', 'cannot be a name'],
    ['new service node_modules', 'ERR_CLI_FILE', 'exists already'],
    ['new servise x', 'ERR_CLI_USAGE', 'Allowed choices are service, script, policy'],
  ])('%s is refused', (line, code, text) => {
    const { stdout, stderr, code: exitCode } = beryl([...line.split(' '), '--json'], '', folder);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ code });
    expect(stderr).toContain(text);
  });

  it('writes over nothing, and says what it made as JSON', () => {
    const first = beryl(['new', 'script', 'one', '--json'], '', folder);
    expect(JSON.parse(first.stdout)).toMatchObject({
      folder: 'one',
      files: expect.arrayContaining(['one/script.air']) as string[],
    });
    writeFileSync(join(folder, 'one/script.air'), 'mine');
    expect(beryl(['new', 'script', 'one'], '', folder).code).toBe(2);
    expect(readFileSync(join(folder, 'one/script.air'), 'utf8')).toBe('mine');
  });

  it('its templates are in the package', () => {
    const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { files: string[] };
    expect(files).toContain('templates');
  });
});
