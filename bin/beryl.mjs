#!/usr/bin/env node
// Stands outside `dist`, so that no rebuild takes its run bit.
import { existsSync } from 'node:fs';

const main = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(main)) await import(main.href);
else {
  process.stderr.write('beryl is not built yet: run `npm run build` in its folder first\n');
  process.exitCode = 2;
}
