import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SOURCE_FOLDERS } from './folders.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** What the build reads. */
const SOURCES = [
  ...SOURCE_FOLDERS,
  'examples',
  'build',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

/** The end-to-end tests run what users run: the built package. It is built once per run of the suite, if a source is newer. */
export default function setup(): void {
  const built = join(ROOT, 'dist/cli/main.js');
  const newest = Math.max(...SOURCES.map(name => newestTime(join(ROOT, name))));
  if (existsSync(built) && statSync(built).mtimeMs > newest) return;
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: 'inherit' });
}

/** The time of the last change of a file, or in a folder; a deleted file changes its folder. */
function newestTime(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce(
    (newest, name) => Math.max(newest, newestTime(join(path, name))),
    stat.mtimeMs,
  );
}
