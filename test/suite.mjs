// Runs a suite with its size and seed: node test/suite.mjs <folder> [--seed N] [--count N | --cases N] [--case kind:N] [--long]
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    count: { type: 'string' },
    cases: { type: 'string' },
    case: { type: 'string' },
    long: { type: 'boolean' },
  },
});
const count = values.count ?? values.cases;
const env = {
  ...process.env,
  ...(values.seed && { BERYL_SEED: values.seed }),
  ...(count && { BERYL_COUNT: count }),
  ...(values.case && { BERYL_CASE: values.case }),
  ...(values.long && { BERYL_LONG: '1' }),
};
const { status } = spawnSync('npx', ['vitest', 'run', ...positionals, '--disable-console-intercept'], {
  stdio: 'inherit',
  env,
});
process.exitCode = status ?? 1;
