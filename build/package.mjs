// What package.json says, for the build.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '..');

const {
  exports,
  imports = {},
  optionalDependencies = {},
  peerDependencies = {},
} = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** Public folders: `./interpreter` in `exports` is the folder `interpreter`. */
export const PUBLIC = Object.keys(exports).map(name => name.slice('./'.length));

/** Modules that stand in for a `#name` of `imports`, each under its own condition. They keep their paths. */
export const CONDITIONAL = Object.values(imports)
  .flatMap(conditions => Object.values(conditions))
  .map(path => path.slice('./dist/'.length, -'.js'.length));

/** Packages that are not bundled: loaded when used, if they are installed. */
export const EXTERNAL = Object.keys({ ...optionalDependencies, ...peerDependencies });
