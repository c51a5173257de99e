// Mutation testing: Stryker changes a source in one place at a time, and runs the tests of the source. A change that no test notices
// has survived: a test is missing, or the change is equivalent. See README.md beside this file.
//
//   node test/mutation/mutation.mjs [--changed] [--base REF] [--minutes N] [file or folder]…
//   node test/mutation/mutation.mjs --sample N [--seed TEXT] [--minutes N] [file or folder]…
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { estimate, NOT_CHOSEN } from './sample.mjs';
import { rowOf, testsOf } from './tests-of.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
/** The folders that decide what is accepted, executed and believed. */
const DECIDING = [
  'air-grammar/reader/',
  'air-grammar/validator/',
  'audit/',
  'interpreter/',
  'peer/',
  'services/dispatch.ts',
  'services/gatekeeper/',
  'services/guards/',
];
/** Percent of the mutants that are not equivalent. */
const SCORE_MIN = 97;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    changed: { type: 'boolean' },
    base: { type: 'string' },
    minutes: { type: 'string' },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const sample = values.sample === undefined ? undefined : Number(values.sample);
if (sample !== undefined && !(Number.isSafeInteger(sample) && sample > 0)) {
  console.error(`--sample takes a whole number above 0, found \`${values.sample}\``);
  process.exit(2);
}
const deadline = Date.now() + Number(values.minutes ?? (values.changed ? 9 : Infinity)) * 60_000;
const equivalents = JSON.parse(readFileSync(join(import.meta.dirname, 'equivalents.json'), 'utf8'));

const git = (...args) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();

/** What `--changed` compares with: where the branch began, or on the main branch itself the commit before. */
function base() {
  if (values.base) return values.base;
  try {
    const began = git('merge-base', 'HEAD', 'origin/main');
    if (began !== git('rev-parse', 'HEAD')) return began;
  } catch {
    // No such remote.
  }
  return 'HEAD~1';
}

function sources() {
  const listed = values.changed
    ? git('diff', '--name-only', '--diff-filter=d', base())
    : git('ls-files', ...(positionals.length > 0 ? positionals : DECIDING));
  return listed
    .split('\n')
    .filter(path => path.endsWith('.ts') && !path.endsWith('index.ts'))
    .filter(path => positionals.length > 0 || DECIDING.some(prefix => path.startsWith(prefix)));
}

/**
 * Sources that one run of Stryker changes: each alone with its own tests, or, for a sample, all of one row of `test/covered.json`,
 * because loading the tests would take longer than the few mutants.
 */
function groups() {
  const withTests = sources().filter(source => testsOf(source).length > 0);
  if (sample === undefined) return withTests.map(source => [source]);
  const rows = new Map();
  for (const source of withTests) rows.set(rowOf(source), [...(rows.get(rowOf(source)) ?? []), source]);
  return [...rows.values()];
}

/** The mutants of each source, or why there are none. */
function mutantsOf(group, folder) {
  const report = join(folder, 'report.json');
  const env = {
    ...process.env,
    BERYL_MUTATE: group.join(' '),
    BERYL_MUTATION_TESTS: [...new Set(group.flatMap(testsOf))].join(' '),
    BERYL_MUTATION_REPORT: report,
    ...((values.changed || sample !== undefined) && { BERYL_IGNORE_STATIC: '1' }),
    ...(sample !== undefined && { BERYL_SAMPLE: String(sample), BERYL_SEED: values.seed }),
  };
  const timeout = Number.isFinite(deadline) ? Math.max(1, deadline - Date.now()) : undefined;
  const options = { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'], timeout };
  const { status, error } = spawnSync('npx', ['stryker', 'run', 'test/mutation/stryker.config.mjs'], options);
  if (error?.code === 'ETIMEDOUT') return 'no time';
  if (status !== 0) return 'failed';
  const { files } = JSON.parse(readFileSync(report, 'utf8'));
  return group.map(source => {
    const file = files[source];
    const mutants = file === undefined ? [] : file.mutants;
    return {
      source,
      mutants: mutants.map(mutant => ({ ...mutant, original: textAt(file.source, mutant.location) })),
    };
  });
}

/** Lines and columns count from 1. */
function textAt(text, { start, end }) {
  const lines = text.split('\n').slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  return lines.join('\n');
}

const isEquivalent = (source, { original, replacement }) =>
  equivalents.some(e => e.file === source && e.original === original && e.replacement === replacement);

const shortened = text => (text.length > 300 ? `${text.slice(0, 300)}…` : text);

/** Prints the survivors. @returns How many mutants there are, how many of them count, and how many of these were killed. */
function judge({ source, mutants }) {
  const isOne = m => (m.status !== 'Ignored' || m.statusReason === NOT_CHOSEN) && !isEquivalent(source, m);
  const counted = mutants.filter(m => m.status !== 'Ignored' && !isEquivalent(source, m));
  const alive = counted.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
  for (const { location, original, replacement, status } of alive)
    console.log(
      `${source}:${location.start.line} ${status}\n  - ${shortened(original)}\n  + ${shortened(replacement)}`,
    );
  return {
    source,
    mutants: mutants.filter(isOne).length,
    counted: counted.length,
    killed: counted.length - alive.length,
  };
}

const percent = ({ counted, killed }) => (counted === 0 ? 100 : (100 * killed) / counted);

function printed(row) {
  console.log(`${percent(row).toFixed(1).padStart(6)} %  ${row.killed}/${row.counted}  ${row.source}`);
  return row;
}

const rows = [];
const missing = [];
for (const group of groups()) {
  const folder = mkdtempSync(join(tmpdir(), 'beryl-mutation-'));
  try {
    const found = Date.now() < deadline ? mutantsOf(group, folder) : 'no time';
    if (typeof found === 'string') missing.push(...group.map(source => ({ source, found })));
    else rows.push(...found.map(judge).map(printed));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

for (const { source, found } of missing) console.log(`${found.padEnd(10)} ${source}`);
const sum = key => rows.reduce((total, row) => total + row[key], 0);
if (sample === undefined) {
  const score = percent({ counted: sum('counted'), killed: sum('killed') });
  console.log(`score ${score.toFixed(1)} % of ${sum('counted')} mutants in ${rows.length} files`);
  if (score < SCORE_MIN) process.exitCode = 1;
} else {
  const { score, low, high } = estimate(rows);
  console.log(
    `score ${score.toFixed(1)} % (95 %: ${low.toFixed(1)} to ${high.toFixed(1)} %), ${sum('killed')} of ${sum('counted')} killed, ` +
      `a sample of ${sum('mutants')} mutants in ${rows.length} files, seed ${values.seed}`,
  );
  if (high < SCORE_MIN) process.exitCode = 1;
}
if (missing.some(({ found }) => found === 'failed')) process.exitCode = 1;
