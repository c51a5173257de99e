// Runs a suite with its size and seed: node test/suite.mjs <folder> [<file>…] [--seed N] [--count N | --cases N | --networks N] [--kills N] [--case kind:N] [--long] [--serial]
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    count: { type: 'string' },
    cases: { type: 'string' },
    networks: { type: 'string' },
    case: { type: 'string' },
    kills: { type: 'string' },
    long: { type: 'boolean' },
    // One file after the other: suites that kill and time processes disturb each other.
    serial: { type: 'boolean' },
  },
});
const count = values.count ?? values.cases ?? values.networks;
const env = {
  ...process.env,
  ...(values.seed && { BERYL_SEED: values.seed }),
  ...(count && { BERYL_COUNT: count }),
  ...(values.kills && { BERYL_KILLS: values.kills }),
  ...(values.case && { BERYL_CASE: values.case }),
  ...(values.long && { BERYL_LONG: '1' }),
};
// Files that are named take the place of the whole folder.
const [folder, ...files] = positionals;
const options = ['--disable-console-intercept', ...(values.serial ? ['--no-file-parallelism'] : [])];
const { status } = spawnSync('npx', ['vitest', 'run', ...(files.length > 0 ? files : [folder]), ...options], {
  stdio: 'inherit',
  env,
});
process.exitCode = status ?? 1;
