// What package.json says, for the build.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '..');

const {
  exports,
  optionalDependencies = {},
  peerDependencies = {},
} = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** Public folders: `./interpreter` in `exports` is the folder `interpreter`. */
export const PUBLIC = Object.keys(exports).map(name => name.slice('./'.length));

/** Packages that are not bundled: loaded when used, if they are installed. */
export const EXTERNAL = Object.keys({ ...optionalDependencies, ...peerDependencies });
