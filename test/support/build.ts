import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

/** The end-to-end tests run what users run: the built package. Once per run of the suite. */
export default function setup(): void {
  execFileSync('npm', ['run', '--silent', 'build'], {
    cwd: resolve(import.meta.dirname, '../..'),
    stdio: 'inherit',
  });
}
