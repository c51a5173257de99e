import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/cli.ts';
import { snippetsOf } from '../support/documents.ts';

/** A new TypeScript project outside of the repository does all of docs/services.md with the packed package. */
const programs = snippetsOf('docs/services.md').filter(({ language }) => language === 'ts');
const folder = mkdtempSync(join(tmpdir(), 'beryl-packed-'));
const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });

beforeAll(() => {
  const [packed] = JSON.parse(run('npm', 'pack', ROOT, '--ignore-scripts', '--json')) as {
    filename: string;
  }[];
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const options = ['--omit=optional', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];
  run('npm', 'install', ...options, `./${packed?.filename}`, `zod@${dependencies?.['zod']}`);
  for (const [i, { text }] of programs.entries()) writeFileSync(join(folder, `p${i}.ts`), text);
  const compilerOptions = {
    target: 'es2023',
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    types: [],
    lib: ['es2023', 'dom'],
    outDir: 'out',
    rootDir: '.',
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['p*.ts'] }));
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe('the packed package, in a project of its own', () => {
  it('passes the compiler, declarations of the package included', () => {
    // The compiler of this checkout: its native package is an optional one.
    expect(() =>
      run(process.execPath, join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.'),
    ).not.toThrow();
    expect(programs.length).toBeGreaterThan(12);
  });

  it.each(
    programs.map(({ line, output, text }, i) => [`docs/services.md:${line}`, i, text, output] as const),
  )('%s prints what the page says', (_, i, text, output) => {
    const shown = [...text.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, comment]) => `${comment}\n`);
    expect(run('node', join('out', `p${i}.js`))).toBe(output ?? shown.join(''));
  });
});
