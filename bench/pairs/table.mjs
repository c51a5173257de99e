// Beryl beside AquaVM, workload by workload, each of them in a process of its own.
import { WORKLOADS } from '../workloads/index.mjs';
import { geometricMean, measureIn, ms, table, text } from '../report/report.mjs';

export const title = 'Beside AquaVM';

/** @returns {Promise<object>} */
export async function measure({ only, effort, progress }) {
  const wanted = WORKLOADS.filter(({ name }) => only(name));
  const rows = [];
  for (const { name, sizes, what } of wanted) {
    for (const size of sizes) {
      progress(`${name} ${size}`);
      rows.push({ what, ...(await measureIn('pairs/measure.mjs', name, String(size), effort)) });
    }
  }
  return {
    rows,
    growth: wanted.filter(({ sizes }) => sizes.length > 1).map(({ name }) => growthOf(name, rows)),
  };
}

export const ratioOf = ({ ours, theirs }) => theirs.warm / ours.warm;

function growthOf(name, rows) {
  const members = rows.filter(row => row.name === name);
  const [small, large] = [members[0], members.at(-1)];
  const exponent = side => Math.log(large[side].warm / small[side].warm) / Math.log(large.size / small.size);
  return { name, from: small.size, to: large.size, ours: exponent('ours'), theirs: exponent('theirs') };
}

export function markdown({ rows, growth }) {
  if (rows.length === 0) return '';
  const headings = [
    'workload',
    'size',
    'Beryl',
    'AquaVM',
    'ratio',
    'engine',
    'to engine',
    'floor',
    'first',
    'after 10',
  ];
  return text(
    table(headings, rows.map(cells)),
    'Milliseconds of warm runs. Pairs under `first` and `after 10` are Beryl / AquaVM.',
    summary(rows),
    growth.length > 0 && growthTable(growth),
  );
}

function cells({ name, size, ours, theirs, floor }) {
  const pair = key => `${ms(ours[key])} / ${ms(theirs[key])}`;
  return [
    name,
    size,
    ms(ours.warm),
    ms(theirs.warm),
    (theirs.warm / ours.warm).toFixed(1),
    ms(theirs.inside),
    (theirs.inside / ours.warm).toFixed(1),
    `${Math.round((100 * floor.ms) / ours.warm)} %`,
    pair('first'),
    pair('afterTen'),
  ];
}

function summary(rows) {
  const worst = rows.toSorted((a, b) => ratioOf(a) - ratioOf(b))[0];
  const slowStart = rows
    .filter(({ ours, theirs }) => ours.first > theirs.first)
    .map(({ name, size }) => `${name} ${size}`);
  const engine = geometricMean(rows.map(({ ours, theirs }) => theirs.inside / ours.warm));
  return [
    `Geometric mean of the ratios: ${geometricMean(rows.map(ratioOf)).toFixed(1)}; worst: ${ratioOf(worst).toFixed(1)} (${worst.name} ${worst.size}).`,
    `Against AquaVM's engine alone: ${engine.toFixed(1)}.`,
    `First run of a process slower than AquaVM's: ${slowStart.join(', ') || 'none'}.`,
  ].join('\n');
}

const growthTable = growth =>
  table(
    ['growth of', 'from', 'to', 'Beryl', 'AquaVM'],
    growth.map(({ name, from, to, ours, theirs }) => [
      name,
      from,
      to,
      `n^${ours.toFixed(2)}`,
      `n^${theirs.toFixed(2)}`,
    ]),
  );
