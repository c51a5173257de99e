import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');

function testsIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => /\.test\.ts$|vectors\/.*\.json$/.test(name))
    .map(name => join(folder, name));
}

const tests = testsIn('test').filter(path => !path.startsWith('test/unit/repository/'));
const named = new Set(
  tests.flatMap(path => readFileSync(join(ROOT, path), 'utf8').match(/\bERR_[A-Z0-9_]+\b/g) ?? []),
);
const documented = new Set(
  readFileSync(join(ROOT, 'docs/spec/errors.md'), 'utf8').match(/\bERR_[A-Z0-9_]+\b/g),
);
/** Codes of new parts whose tests still have to be written. Nothing may be added. */
const PENDING = new Set([
  'ERR_LINK_PACKAGES',
  'ERR_CLIENT_OFFLINE',
  'ERR_CLIENT_OUTBOX_FULL',
  'ERR_CLIENT_CLOSED',
  'ERR_CLIENT_VARIABLE',
  'ERR_CLI_LISTEN',
  'ERR_CLI_PEER',
  'ERR_CLI_PACKAGE',
]);

/** The return codes of runs are compared with the vectors in test/conformance/coverage.test.ts. */
it('a test asserts every documented error code', () => {
  // A text such as `ERR_RUN_` is the beginning of several codes.
  const missing = [...documented].filter(code => !code.endsWith('_') && !named.has(code));
  expect(missing.filter(code => !PENDING.has(code))).toEqual([]);
  expect(documented.size).toBeGreaterThan(100);
});
