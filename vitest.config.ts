import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '#chevrotain': join(import.meta.dirname, 'air-grammar/grammar/chevrotain-late.ts') } },
  test: {
    include: ['test/**/*.test.ts'],
    // Needs a Chromium: `npm run test:browser`.
    exclude: [...configDefaults.exclude, 'test/browser/**'],
    globalSetup: 'test/support/build.ts',
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
