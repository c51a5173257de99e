/** The source files of `BERYL_MUTATE`; their tests are chosen by `vitest.config.ts` beside this file. */
export default {
  testRunner: 'vitest',
  plugins: [
    '@stryker-mutator/vitest-runner',
    './test/mutation/error-texts.mjs',
    './test/mutation/sample.mjs',
  ],
  ignorers: ['error-texts'],
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  mutate: process.env.BERYL_MUTATE.split(' '),
  concurrency: Number(process.env.BERYL_CONCURRENCY ?? 1),
  reporters: ['json'],
  jsonReporter: { fileName: process.env.BERYL_MUTATION_REPORT },
  ignorePatterns: ['dist', 'dist-*', 'bench', 'test/fuzz/data'],
  timeoutMS: 10_000,
  // A change of a constant runs all tests. `--changed` and `--sample` have no time for that.
  ignoreStatic: process.env.BERYL_IGNORE_STATIC === '1',
  // Stryker reads tsconfig.json with an interface that TypeScript 7 does not have. It needs nothing of it.
  tsconfigFile: 'none.json',
  disableTypeChecks: false,
  logLevel: 'warn',
};
