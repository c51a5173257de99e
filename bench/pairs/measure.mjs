// Measures one workload of one size in a process of its own: node measure.mjs <name> <size> <full | quick>. Prints JSON.
import { countCpuTime } from '../clock.mjs';
import { ENGINES } from '../engines/index.mjs';
import { workloadOf } from '../workloads/index.mjs';
import * as efforts from './effort.mjs';
import { floorOf } from './floor.mjs';
import { prepare } from './prepare.mjs';
import { supplyOf } from './supply.mjs';

/** A turn lasts at least this long: one short piece of work would mostly pay for the garbage of the other engine. */
const TURN_MS = 20;
const EARLY_RUNS = 10;
const EARLY_MS = 3000;

const [name, sizeText, effortName] = process.argv.slice(2);
const size = Number(sizeText);
const effort = { full: efforts.FULL, quick: efforts.QUICK }[effortName];
const workload = workloadOf(name);
if (effort.inCpuTime) countCpuTime();
const median = list => list.toSorted((a, b) => a - b)[list.length >> 1];

const sides = await Promise.all(
  Object.entries(ENGINES).map(async ([engineName, make]) => {
    const prepared = typeof workload.runs === 'function' && prepare(engineName, name, size, effort.prepareMs);
    const engine = await make();
    const supply = supplyOf(engine, workload, size, await prepared);
    return { engine, supply, first: 0, afterTen: undefined, warmedMs: 0, turns: [], inside: [] };
  }),
);

/** One turn. @returns {{ ms: number, inside: number }} Milliseconds of one piece, and those inside of the engine. */
function turn({ engine, supply }) {
  const before = engine.engineMs ?? 0;
  let [spent, count] = [0, 0];
  while (spent < TURN_MS) {
    spent += supply.next();
    count += 1;
  }
  return { spent, ms: spent / count, inside: ((engine.engineMs ?? 0) - before) / count };
}

// Cold: the first piece of the process, and the one after ten.
for (const side of sides) {
  side.first = side.supply.next();
  let spent = side.first;
  for (let i = 1; i <= EARLY_RUNS && spent < EARLY_MS; i++) spent += side.afterTen = side.supply.next();
}

const isWarm = ({ warmedMs }) => warmedMs >= effort.warmMs;
while (!sides.every(isWarm)) for (const side of sides) if (!isWarm(side)) side.warmedMs += turn(side).spent;

const begin = performance.now();
const isMeasured = ({ turns }) =>
  turns.length >= effort.roundsMin && turns.length * Math.max(TURN_MS, median(turns)) >= effort.measureMs;
const hasTime = () => performance.now() - begin < effort.measureMsMax || sides[1].turns.length < 2;
while (!sides.every(isMeasured) && hasTime()) {
  for (const side of sides) {
    const { ms, inside } = turn(side);
    side.turns.push(ms);
    side.inside.push(inside);
  }
}

const [ours, theirs] = sides;
const summary = ({ first, afterTen, warmedMs, turns }) => ({
  first,
  afterTen,
  warm: median(turns),
  warmedMs,
  rounds: turns.length,
});
process.stdout.write(
  JSON.stringify({
    name,
    size,
    ours: summary(ours),
    theirs: { ...summary(theirs), inside: median(theirs.inside) },
    floor: floorOf(ours.supply),
  }),
);
process.exit();
