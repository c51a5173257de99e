import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { reporters } from '../support/skips.ts';

export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  test: {
    include: ['test/browser/*.test.ts'],
    globalSetup: 'test/support/build.ts',
    reporters: reporters(),
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
