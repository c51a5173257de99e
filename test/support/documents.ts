import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './cli.ts';

/** A fenced block of a document. */
export interface Snippet {
  readonly language: string;
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** The block of text directly behind: what a program prints. */
  readonly output?: string;
}

/** All pages that show something to try, by path from the root. */
export const PAGES: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'ARCHITECTURE.md',
  ...markdownIn('docs'),
  ...markdownIn('examples'),
];

function markdownIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md') && !name.includes('node_modules'))
    .map(name => `${folder}/${name}`)
    .toSorted();
}

export function snippetsOf(page: string): Snippet[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].map(
    ({ 0: whole, index, 1: language = '', 2: body = '' }) => {
      const line = text.slice(0, index).split('\n').length;
      const [, output] = /^\n\n```text\n([^]*?)^```$/m.exec(text.slice(index + whole.length)) ?? [];
      const isDirect = text.startsWith('\n\n```text\n', index + whole.length);
      return { language, text: body, line, ...(isDirect && output !== undefined && { output }) };
    },
  );
}

/** An empty folder in which a reader has installed Beryl, with the examples of the repository beside. */
export function workplace(): string {
  const folder = mkdtempSync(join(tmpdir(), 'beryl-docs-'));
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(ROOT, join(folder, 'node_modules/beryl'));
  symlinkSync(join(ROOT, 'node_modules/zod'), join(folder, 'node_modules/zod'));
  symlinkSync(join(ROOT, 'bin/beryl.mjs'), join(folder, 'node_modules/.bin/beryl'));
  symlinkSync(join(ROOT, 'examples'), join(folder, 'examples'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  return folder;
}

export interface CommandEnd {
  readonly code: number | null;
  /** Both streams, as a terminal shows them. */
  readonly shown: string;
}

/** Runs a line as a shell would. */
export function shell(line: string, folder: string): CommandEnd {
  const { status, stdout } = spawnSync('sh', ['-c', `{ ${line}\n} 2>&1`], {
    cwd: folder,
    input: '',
    encoding: 'utf8',
  });
  return { code: status, shown: stdout };
}
