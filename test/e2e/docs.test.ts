import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseUnchecked } from '../../air-grammar/index.ts';
import { readNetworkFile } from '../../cli/network-file.ts';
import { Session } from '../../network/session.ts';
import { ROOT } from '../support/cli.ts';
import { PAGES, shell, snippetsOf, workplace, type Snippet } from '../support/documents.ts';

/**
 * Every snippet of every page runs as a reader pastes it, and every output that a page shows is real. `npx vitest run
 * test/e2e/docs.test.ts -u` writes the README's table anew; read the diff.
 */
const LANGUAGES = ['sh', 'ts', 'js', 'json', 'lisp', 'text'];
const SCRIPTS = Object.keys(
  (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object }).scripts,
);
/** Pages whose blocks are held against bytes by other tests, with the reason. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'docs/first-steps.md': 'test/e2e/walk-through.test.ts: its steps build on each other',
  'docs/tutorial.md': 'test/e2e/walk-through.test.ts: its steps build on each other',
  'docs/aqua.md': 'test/e2e/walk-through.test.ts: its steps build on each other',
  'docs/lattice.md': 'test/e2e/walk-through.test.ts: its steps build on each other',
  'docs/three-machines.md': 'test/e2e/walk-through.test.ts: its steps build on each other',
  'docs/audit.md': 'test/e2e/walk-through.test.ts: its steps build on each other',
  'docs/channels.md': 'test/e2e/walk-through.test.ts: its steps build on each other',
  'docs/policies.md': 'test/e2e/walk-through.test.ts: its steps build on each other',
  'docs/repl.md': 'test/e2e/repl-docs.test.ts: its sessions',
  'docs/sandbox.md': 'test/e2e/walk-through.test.ts: its steps build on each other',
  'docs/agents.md': 'test/e2e/walk-through.test.ts: its steps build on each other',
  'docs/spec/recording.md': 'test/unit/audit/docs.test.ts runs its reader',
  'docs/spec/data.md': 'test/conformance: the bytes of the example',
  'docs/spec/receipt.md': 'test/conformance: the bytes of the example',
  'docs/spec/call-record.md': 'test/conformance: the bytes of the example',
};
const snippets = PAGES.flatMap(page => snippetsOf(page).map(snippet => ({ page, ...snippet })));
const of = (language: string): [string, string, Snippet][] =>
  snippets
    .filter(snippet => snippet.language === language && ELSEWHERE[snippet.page] === undefined)
    .map(snippet => [snippet.page, `${snippet.page}:${snippet.line}`, snippet]);

it('every block says what it is; those without a language are figures and formats', () => {
  const here = snippets.filter(({ page }) => ELSEWHERE[page] === undefined);
  expect(here.filter(({ language }) => !['', ...LANGUAGES].includes(language))).toEqual([]);
  for (const language of LANGUAGES) expect(of(language).length).toBeGreaterThan(0);
  for (const page of Object.keys(ELSEWHERE)) expect(PAGES).toContain(page);
});

/** What the commands of a page show, in order, in one folder. */
const shownBy = new Map<string, string[]>();
const demo = shell('npx --no-install beryl demo', workplace());

describe.each(PAGES.filter(page => of('sh').some(([where]) => where === page)))('commands of %s', page => {
  const folder = workplace();
  const shown: string[] = [];
  shownBy.set(page, shown);
  const { networkJson, example } = filesOf(page);
  if (networkJson !== undefined) writeFileSync(join(folder, 'network.json'), networkJson);
  if (example !== undefined) writeFileSync(join(folder, 'example.air'), example);
  const lines = of('sh')
    .filter(([where]) => where === page)
    .flatMap(([, , { text }]) => text.trim().split('\n'));

  it.each(lines)('%s', line => {
    const [command = ''] = line.split('#');
    const parts = command.split('&&').map(part => part.trim());
    if (parts.every(part => part.startsWith('npm '))) {
      for (const part of parts) expect(part).toMatch(/^npm (ci|test|run [\w:]+)( |$)/);
      for (const [, script = ''] of command.matchAll(/npm run ([\w:]+)/g)) expect(SCRIPTS).toContain(script);
      return;
    }
    // It has a test of its own, and takes long.
    if (command.startsWith('node examples/07-own-service/')) return;
    const end = shell(command, folder);
    expect(end.shown).not.toMatch(/^\s+at .*:\d+:\d+/m);
    // 2 is a mistake of the command line: that of the page.
    expect([0, 1, 3, 4, 5]).toContain(end.code);
    shown.push(end.shown);
  });
});

/** Files that a page tells its reader to save. */
function filesOf(page: string): { networkJson?: string; example?: string } {
  const [json] = of('json').filter(([where]) => where === page);
  const [lisp] = of('lisp').filter(([where]) => where === page);
  return { ...(json && { networkJson: json[2].text }), ...(lisp && { example: lisp[2].text }) };
}

describe('output', () => {
  const squeezed = (text: string): string =>
    text
      .split('\n')
      .map(line => line.trim())
      .join('\n')
      .trim();

  /** What programs print is compared where they run. */
  const printed = new Set([...of('ts'), ...of('js')].map(([, , { output }]) => output));

  it.each(of('text').filter(([, , { text }]) => !printed.has(text)))(
    '%s: %s is real',
    (page, _, { text }) => {
      const expected = page.startsWith('examples/')
        ? [readFileSync(join(ROOT, dirname(page), 'expected.txt'), 'utf8')]
        : [demo.shown, ...(shownBy.get(page) ?? []), ...readAll('expected.txt')];
      expect(expected.some(shown => squeezed(shown).includes(squeezed(text)))).toBe(true);
    },
  );

  it('README’s table is the demo’s', async () => {
    const path = join(ROOT, 'README.md');
    const table = demo.shown.slice(demo.shown.indexOf('\n✓') + 1).trimEnd();
    expect(table).toMatch(/^✓ {2}01-honest-post[^]*as expected$/);
    const readme = readFileSync(path, 'utf8').replace(/(?<=```text\n)✓[^]*?\n(?=```\n)/, () => `${table}\n`);
    expect(readme).toContain(table);
    await expect(readme).toMatchFileSnapshot(path);
  });
});

const readAll = (name: string): string[] =>
  readdirSync(join(ROOT, 'examples'), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith(name))
    .map(path => readFileSync(join(ROOT, 'examples', path), 'utf8'));

describe('network files', () => {
  it.each(of('json'))('%s: %s can be opened', async (_, __, { text }) => {
    const path = join(workplace(), 'network.json');
    writeFileSync(path, text);
    expect((await Session.open(readNetworkFile(path))).peerIds.size).toBeGreaterThan(0);
  });
});

describe('scripts', () => {
  it.each(of('lisp'))('%s: %s runs', async (page, where, { text }) => {
    const path = join(workplace(), 'network.json');
    const folder = page.startsWith('examples/') ? dirname(page) : 'examples/01-honest-post';
    const { networkJson } = filesOf(page);
    if (page.startsWith('examples/')) {
      // A page may show several scripts of its folder after each other.
      const scripts = readdirSync(join(ROOT, folder)).filter(name => name.endsWith('.air'));
      const known = scripts.map(name => readFileSync(join(ROOT, folder, name), 'utf8').trim());
      const rest = known.reduce((left, script) => left.replace(script, ''), text);
      expect(rest.trim()).toBe('');
      return;
    }
    if (networkJson === undefined) expect(() => parseUnchecked(text)).not.toThrow();
    writeFileSync(path, networkJson ?? readFileSync(join(ROOT, folder, 'network.json'), 'utf8'));
    const session = await Session.open({ ...readNetworkFile(path), clock: 'virtual' });
    const report = await session.run(text, { file: where });
    expect(report.refusals).toEqual([]);
    expect(report.failure?.message).toBeUndefined();
    const [, response] = /^; → (.*)$/m.exec(text) ?? [];
    if (response !== undefined) expect(JSON.parse(report.responseJson)).toEqual(JSON.parse(response));
  });
});

describe('programs', () => {
  const folder = workplace();
  const programs = [...of('ts'), ...of('js')];
  const nameOf = (i: number): string => `p${i}.${programs[i]?.[2].language === 'ts' ? 'ts' : 'js'}`;
  for (const [i, [, , { text }]] of programs.entries()) writeFileSync(join(folder, nameOf(i)), text);
  const compilerOptions = {
    target: 'es2023',
    module: 'nodenext',
    strict: true,
    allowJs: true,
    skipLibCheck: true,
    types: [],
    // `console` is all that a program of a page needs beside the language.
    lib: ['es2023', 'dom'],
    outDir: 'out',
    rootDir: '.',
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['p*'] }));

  it('pass the compiler', () => {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    execFileSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  });

  it.each(programs.map(([, where, { text, output }], i) => [where, i, text, output] as const))(
    '%s runs, and prints what it says',
    (_, i, text, output) => {
      const compiled = join(folder, 'out', `p${i}.js`);
      const printed = execFileSync(process.execPath, [compiled], { encoding: 'utf8', cwd: folder });
      const expected = [...text.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(
        ([, comment]) => `${comment}\n`,
      );
      expect(printed).toBe(output ?? expected.join(''));
    },
  );
});
