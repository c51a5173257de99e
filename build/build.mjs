// npm run build: declarations by TypeScript, code by a bundler. Both go into a new folder that takes the place of `dist` when it is
// complete, so that a process that runs from `dist` meanwhile never sees half of it.
import { spawn } from 'node:child_process';
import { chmodSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { viewer } from './viewer.mjs';
import { ROOT } from './package.mjs';

const DIST = join(ROOT, 'dist');
const NEXT = join(ROOT, `dist-${process.pid}`);

function declarations() {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  return node(tsc, '-p', 'tsconfig.build.json', '--outDir', NEXT);
}

/** The command line writes them from the table of its commands. It runs in `dist`: the package's imports (`#chevrotain`) lead there. */
const manPages = () => node(join(DIST, 'cli/main.js'), 'man', join(DIST, 'man'));

function node(...args) {
  return new Promise((resolve, reject) => {
    spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit' })
      .once('error', reject)
      .once('exit', code =>
        code === 0 ? resolve() : reject(new Error(`${args[0]} ended with code ${code}`)),
      );
  });
}

try {
  await Promise.all([declarations(), bundle(NEXT), viewer(NEXT)]);
  // npm sets the run bit when it installs a package, but not after a rebuild of a checkout.
  chmodSync(join(NEXT, 'cli/main.js'), 0o755);
  rmSync(DIST, { recursive: true, force: true });
  renameSync(NEXT, DIST);
  await manPages();
} finally {
  rmSync(NEXT, { recursive: true, force: true });
}
