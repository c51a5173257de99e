// npm run build: declarations by TypeScript, code by a bundler, into a fresh `dist`.
import { spawn } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { ROOT } from './package.mjs';

const DIST = join(ROOT, 'dist');

function declarations() {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  return new Promise((resolve, reject) => {
    spawn(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: ROOT, stdio: 'inherit' })
      .once('error', reject)
      .once('exit', code => (code === 0 ? resolve() : reject(new Error(`tsc ended with code ${code}`))));
  });
}

rmSync(DIST, { recursive: true, force: true });
await Promise.all([declarations(), bundle(DIST)]);
// npm sets the run bit when it installs a package, but not after a rebuild of a checkout.
chmodSync(join(DIST, 'cli/main.js'), 0o755);
