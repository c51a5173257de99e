import { join, resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const ROOT = resolve(import.meta.dirname, '../..');

/**
 * Scripts and data of the greatest depth and size. Instrumented code takes a minute for each; what they pass is also in smaller tests.
 */
const SLOW = ['test/unit/air-grammar/deep.test.ts', 'test/unit/interpreter/size.test.ts'];

/** The tests that mutants are run against: those of `BERYL_MUTATION_TESTS`, without the built package. */
export default defineConfig({
  root: ROOT,
  resolve: {
    alias: [
      { find: '#chevrotain', replacement: join(ROOT, 'air-grammar/grammar/chevrotain-late.ts') },
      { find: /^.*\/base\/once\.ts$/, replacement: join(ROOT, 'test/mutation/once.ts') },
    ],
  },
  test: {
    include: (process.env['BERYL_MUTATION_TESTS'] ?? 'test/{unit,attack}/**/*.test.ts').split(' '),
    exclude: ['**/node_modules/**', 'test/unit/repository/**', ...SLOW],
    testTimeout: 300_000,
    isolate: false,
  },
});
