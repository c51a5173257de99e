// Beryl and AquaVM, interleaved in one run (A B A B), warm, medians. Only ratios mean something: machines are noisy.
import { cpus } from 'node:os';
import { aquavm, beryl } from './engines.mjs';
import { CASES } from './cases.mjs';
import { SCALES } from './scales.mjs';

const TIME_MS = 1500;
const ROUNDS_MIN = 5;
/** A turn lasts at least this long: one short piece of work would mostly pay for the garbage of the other engine. */
const TURN_MS = 20;

const engines = [beryl(), await aquavm()];
const median = list => list.toSorted((a, b) => a - b)[list.length >> 1];
const rows = [];

function timeOf(work, repetitions) {
  const begin = performance.now();
  for (let i = 0; i < repetitions; i++) work();
  return performance.now() - begin;
}

/** How often a turn does its work. Warms the engine up, too. */
function repetitionsOf(work) {
  let repetitions = 1;
  for (;;) {
    const took = timeOf(work, repetitions);
    if (took >= TURN_MS) return repetitions;
    repetitions = Math.max(repetitions + 1, Math.ceil(repetitions * Math.min(10, (1.2 * TURN_MS) / took)));
  }
}

for (const { name, family, size, make } of CASES) {
  const works = engines.map(make);
  const repetitions = works.map(repetitionsOf);
  const times = works.map(() => []);
  let spent = 0;
  while (spent < TIME_MS || times[0].length < ROUNDS_MIN) {
    for (const [i, work] of works.entries()) {
      const took = timeOf(work, repetitions[i]);
      times[i].push(took / repetitions[i]);
      spent += took;
    }
    if (spent > 20 * TIME_MS) break;
  }
  const [ours, theirs] = times.map(median);
  rows.push({ name, family, size, ours, theirs, ratio: theirs / ours, rounds: times[0].length });
}

console.log(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown'}, medians in ms\n`);
console.log('| case | Beryl | AquaVM | AquaVM / Beryl |');
console.log('| --- | --: | --: | --: |');
for (const { name, ours, theirs, ratio } of rows)
  console.log(`| ${name} | ${ours.toFixed(2)} | ${theirs.toFixed(2)} | ${ratio.toFixed(1)} |`);

for (const family of new Set(rows.flatMap(row => row.family ?? []))) {
  const members = rows.filter(row => row.family === family);
  const [first, last] = [members[0], members.at(-1)];
  const exponent = key => (Math.log(last[key] / first[key]) / Math.log(last.size / first.size)).toFixed(2);
  console.log(
    `\ngrowth of ${family} from ${first.size} to ${last.size}: Beryl n^${exponent('ours')}, AquaVM n^${exponent('theirs')}`,
  );
}
const mean = Math.exp(rows.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / rows.length);
console.log(`\ngeometric mean of the ratios: ${mean.toFixed(1)}`);

const [engine] = engines;
console.log('\n| Beryl alone | size | ms | size | ms | growth |\n| --- | --: | --: | --: | --: | --: |');
for (const { name, sizes, make } of SCALES) {
  const [small, large] = sizes.map(size => {
    const work = make(engine, size);
    const repetitions = repetitionsOf(work);
    return median(Array.from({ length: 7 }, () => timeOf(work, repetitions) / repetitions));
  });
  const exponent = Math.log(large / small) / Math.log(sizes[1] / sizes[0]);
  console.log(
    `| ${name} | ${sizes[0]} | ${small.toFixed(2)} | ${sizes[1]} | ${large.toFixed(2)} | n^${exponent.toFixed(2)} |`,
  );
}
