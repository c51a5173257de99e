import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
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
  for (const name of ['zod', 'wabt', '@modelcontextprotocol'])
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  symlinkSync(join(ROOT, 'bin/beryl.mjs'), join(folder, 'node_modules/.bin/beryl'));
  // A copy: what a page tries must not change the repository.
  cpSync(join(ROOT, 'examples'), join(folder, 'examples'), { recursive: true });
  // Programs of examples start the command of the checkout that they are in.
  symlinkSync(join(ROOT, 'bin'), join(folder, 'bin'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  return folder;
}

export interface CommandEnd {
  readonly code: number | null;
  /** Both streams, as a terminal shows them. */
  readonly shown: string;
}

/**
 * What `npx` does for a package that is installed in the folder, without the two seconds of processor time in which npm starts. All else goes to npm;
 * `test/e2e/cli-outcomes.test.ts` starts Beryl with the real one.
 */
const NPX = `#!/bin/sh
[ "$1" = --no-install ] && shift
if [ -x "node_modules/.bin/$1" ]; then
  command=$1
  shift
  exec "node_modules/.bin/$command" "$@"
fi
PATH=\${PATH#*:}
exec npx "$@"
`;

const quickNpx = mkdtempSync(join(tmpdir(), 'beryl-npx-'));
writeFileSync(join(quickNpx, 'npx'), NPX, { mode: 0o755 });
process.once('exit', () => rmSync(quickNpx, { recursive: true, force: true }));

/** Runs a line as a shell would. */
export function shell(line: string, folder: string): CommandEnd {
  const { status, stdout } = spawnSync('sh', ['-c', `{ ${line}\n} 2>&1`], {
    cwd: folder,
    env: { ...process.env, PATH: `${quickNpx}:${process.env['PATH']}` },
    input: '',
    encoding: 'utf8',
  });
  return { code: status, shown: stdout };
}
