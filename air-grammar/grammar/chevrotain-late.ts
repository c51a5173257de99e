import type * as chevrotain from 'chevrotain';

/**
 * Chevrotain on Node: loaded when the first script has an error, since most processes never see one and loading takes longer than
 * starting. `package.json` (`imports`) puts this module where the grammar imports `#chevrotain`; everywhere else stands
 * `chevrotain-ready.ts`. The two are the only modules that load it.
 */
export type Chevrotain = typeof chevrotain;

/** Parsing is synchronous, so this is. @throws If the package is not there, for instance beside a bundle. */
export function loadChevrotain(): Chevrotain {
  const { createRequire } = process.getBuiltinModule('node:module');
  return createRequire(import.meta.url)('chevrotain') as Chevrotain;
}
