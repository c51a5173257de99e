// A plugin of Stryker: with BERYL_SAMPLE set, all but some random mutants of each file are ignored. Stryker has no option for this, and
// choosing by line would change the chances of a mutant with its size.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Stands in the report as the reason of a mutant that was not chosen. */
export const NOT_CHOSEN = 'not in the sample';

/**
 * The `count` mutants that a seed chooses among those that are not ignored. Equal seeds choose equally, wherever the other files of the
 * run end.
 */
export function chosen(mutants, count, seed) {
  const rank = ({ fileName, location, mutatorName, replacement }) =>
    createHash('sha256')
      .update(JSON.stringify([seed, relative(process.cwd(), fileName), location, mutatorName, replacement]))
      .digest('hex');
  return mutants
    .filter(({ status }) => status !== 'Ignored')
    .map(mutant => ({ mutant, rank: rank(mutant) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, count)
    .map(({ mutant }) => mutant);
}

/**
 * The score that a sample shows. A mutant stands for all mutants of its file, divided by how many of them were chosen.
 *
 * @param rows Per file: `mutants` in all, `counted` in the sample, and `killed` of these.
 * @returns Percent: the estimate, and the bounds of its 95 % confidence interval (Wilson, for the effective size of a weighted sample).
 */
export function estimate(rows) {
  const sampled = rows.filter(({ counted }) => counted > 0);
  const sum = of => sampled.reduce((total, row) => total + of(row), 0);
  const weight = sum(({ mutants }) => mutants);
  if (weight === 0) return { score: 100, low: 0, high: 100 };
  const score = sum(({ mutants, counted, killed }) => (mutants * killed) / counted) / weight;
  const size = weight ** 2 / sum(({ mutants, counted }) => mutants ** 2 / counted);
  const z2 = 1.96 ** 2;
  const middle = (score + z2 / (2 * size)) / (1 + z2 / size);
  const half =
    (Math.sqrt(z2) * Math.sqrt((score * (1 - score)) / size + z2 / (4 * size ** 2))) / (1 + z2 / size);
  return { score: 100 * score, low: 100 * (middle - half), high: 100 * Math.min(1, middle + half) };
}

/**
 * Makes Stryker ignore what the seed does not choose. It instruments twice: the first time to know the mutants, the second time to put
 * only the chosen ones into the sources, which then run about as fast as without. Stryker's classes have no public names: package.json
 * holds their version fast.
 */
async function installSample(count, seed) {
  const folder = dirname(createRequire(import.meta.url).resolve('@stryker-mutator/instrumenter'));
  const load = path => import(pathToFileURL(join(folder, path)).href);
  const { Instrumenter } = await load('instrumenter.js');
  const { MutantCollector } = await load('transformers/mutant-collector.js');
  const { instrument } = Instrumenter.prototype;
  const { collect } = MutantCollector.prototype;
  let kept;
  MutantCollector.prototype.collect = function (...mutable) {
    const mutant = collect.apply(this, mutable);
    if (kept !== undefined && !kept.has(mutant.id)) mutant.ignoreReason ??= NOT_CHOSEN;
    return mutant;
  };
  Instrumenter.prototype.instrument = async function (files, options) {
    kept = undefined;
    const { mutants } = await instrument.call(this, files, options);
    const names = [...new Set(mutants.map(({ fileName }) => fileName))];
    const of = name => mutants.filter(({ fileName }) => fileName === name);
    kept = new Set(names.flatMap(name => chosen(of(name), count, seed)).map(({ id }) => id));
    return instrument.call(this, files, options);
  };
}

const { BERYL_SAMPLE, BERYL_SEED } = process.env;
if (BERYL_SAMPLE !== undefined) await installSample(Number(BERYL_SAMPLE), BERYL_SEED);

/** Stryker loads a plugin for what it declares; this one declares nothing. */
export const strykerPlugins = [];
