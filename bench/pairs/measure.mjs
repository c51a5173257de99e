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
/** This part of prepared inputs may warm up; the rest is measured. */
const WARM_PART = 0.6;
/** The last input is kept to count on. */
const COUNTED_ON = 1;
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
    const prepared = typeof workload.runs === 'function' && prepare(engineName, name, size, effort.prepare);
    const engine = await make();
    const supply = supplyOf(engine, workload, size, await prepared);
    return { engine, supply, first: 0, afterTen: undefined, warmedMs: 0, turns: [], inside: [] };
  }),
);

/** One turn, which leaves `keep` inputs. @returns {{ ms: number, inside: number }} Milliseconds of one piece, and those inside of the engine. */
function turn({ engine, supply }, keep) {
  const before = engine.engineMs ?? 0;
  let [spent, count] = [0, 0];
  while (spent < TURN_MS && supply.left > keep) {
    spent += supply.next();
    count += 1;
  }
  return { spent, ms: spent / count, inside: ((engine.engineMs ?? 0) - before) / count };
}

// Cold: the first piece of the process, and the one after ten.
for (const side of sides) {
  side.first = side.supply.next();
  let spent = side.first;
  const runs = Math.min(EARLY_RUNS, Math.floor(side.supply.left / 3));
  for (let i = 1; i <= runs && spent < EARLY_MS; i++) spent += side.afterTen = side.supply.next();
}

const { left } = sides[0].supply;
const kept = left === Infinity ? 0 : Math.max(3, Math.ceil(left * (1 - WARM_PART)));
const isWarm = ({ warmedMs, supply }) => warmedMs >= effort.warmMs || supply.left <= kept;
while (!sides.every(isWarm))
  for (const side of sides) if (!isWarm(side)) side.warmedMs += turn(side, kept).spent;

const begin = performance.now();
const isMeasured = ({ turns }) =>
  turns.length >= effort.roundsMin && turns.length * Math.max(TURN_MS, median(turns)) >= effort.measureMs;
const hasTime = () => performance.now() - begin < effort.measureMsMax || sides[1].turns.length < 2;
while (!sides.every(isMeasured) && hasTime() && sides[0].supply.left > COUNTED_ON) {
  for (const side of sides) {
    const { ms, inside } = turn(side, COUNTED_ON);
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
    /** Inputs ran out before the engine had worked as long as it should. */
    isShort: ours.warmedMs < 0.75 * effort.warmMs,
    floor: floorOf(ours.supply),
  }),
);
process.exit();
