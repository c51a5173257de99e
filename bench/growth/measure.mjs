// One case of growth: node measure.mjs <name> <full | quick>. Prints JSON.
import { median } from '../report/report.mjs';
import { GROWTH } from './cases.mjs';

const [name, effort] = process.argv.slice(2);
const { sizes, make } = GROWTH.find(entry => entry.name === name);
const warmMs = effort === 'quick' ? 200 : 1000;

const times = sizes.map(size => {
  const work = make(size);
  for (let spent = 0; spent < warmMs;) spent += work();
  const turns = [];
  for (let spent = 0; spent < warmMs || turns.length < 5;) spent += turns[turns.push(work()) - 1];
  return median(turns);
});
process.stdout.write(JSON.stringify({ name, sizes, times }));
