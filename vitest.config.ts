import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { reporters } from './test/support/skips.ts';

export default defineConfig({
  resolve: { alias: { '#chevrotain': join(import.meta.dirname, 'air-grammar/grammar/chevrotain-late.ts') } },
  test: {
    include: ['test/**/*.test.ts'],
    // Needs a Chromium: `npm run test:browser`.
    exclude: [...configDefaults.exclude, 'test/browser/**'],
    globalSetup: 'test/support/build.ts',
    reporters: reporters(),
    // Test files of one process share what they import: two thirds of the time would go into loading the sources again.
    isolate: false,
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
