import { expect, it } from 'vitest';
import { AirError, parse } from '../../air-grammar/index.ts';
import { seededRandom } from '../../peer/index.ts';
import { withNames } from '../support/cast.ts';
import { Coverage } from './coverage.ts';
import { ALL_FORMS } from './forms.ts';
import { DELIVERIES, type Delivery } from './network.ts';
import { Oracle } from './oracle.ts';
import { ProgramGenerator, textOf, type Node } from './program.ts';
import { play, type ScenarioEnd, type Watch } from './scenario.ts';
import { shrink } from './shrink.ts';

const SEED = Number(process.env['BERYL_SEED'] ?? 1);
const COUNT = Number(process.env['BERYL_COUNT'] ?? 1500);
/** From here on a run is long enough for every form to be reached. */
const COUNT_OF_ALL_FORMS = 1500;

it(`does what AquaVM does, on ${COUNT} random programs from seed ${SEED}`, async () => {
  const oracle = await Oracle.open();
  const coverage = new Coverage();
  const codes = new Map<number, number>();
  const deviations = new Map<string, number>();
  const tally = { compared: 0, invalid: 0, runs: 0, records: 0 };
  const watch: Watch = (input, code) => {
    tally.runs += 1;
    coverage.add(input);
    if (code !== undefined) codes.set(code, (codes.get(code) ?? 0) + 1);
  };
  for (let i = 0; i < COUNT; i++) {
    const seed = SEED * 1_000_003 + i;
    const program = generate(seed, i);
    if (!isValid(program)) {
      tally.invalid += 1;
      continue;
    }
    const run = (node: Node, watch?: Watch): Promise<ScenarioEnd> =>
      play(
        oracle,
        textOf(node),
        seededRandom(seed),
        DELIVERIES[i % DELIVERIES.length] as Delivery,
        undefined,
        watch,
      );
    const end = await run(program, watch);
    if (end.deviation !== undefined) deviations.set(end.deviation, (deviations.get(end.deviation) ?? 0) + 1);
    else if (end.difference === undefined) {
      tally.compared += 1;
      tally.records += end.compared ?? 0;
    } else {
      const small = await shrink(
        program,
        async node => isValid(node) && (await run(node)).difference !== undefined,
      );
      const { difference } = await run(small);
      expect.fail(`seed ${seed}: ${difference}\n${withNames(textOf(small))}`);
    }
  }
  console.log(
    [
      `differential: ${tally.compared} scenarios compared (${tally.runs} runs, ${tally.records} values at the end), ${tally.invalid} invalid, 0 unexplained`,
      `  named deviations: ${print(deviations)}`,
      `  forms executed: ${coverage.reached} of ${ALL_FORMS.length}`,
      `  codes on both sides: ${print(codes)}`,
    ].join('\n'),
  );
  expect(coverage.unknown).toEqual([]);
  expect(tally.invalid / COUNT).toBeLessThan(0.1);
  if (COUNT < COUNT_OF_ALL_FORMS) return;
  expect(coverage.missing).toEqual([]);
  expect([...codes.keys()].filter(code => code > 20_000 && code < 30_000).length).toBeGreaterThanOrEqual(3);
}, 7_200_000);

/** Two of three programs are about one form each, so that all are reached; the others are about nothing. */
function generate(seed: number, i: number): Node {
  const random = seededRandom(seed);
  if (i % 3 === 0) return new ProgramGenerator(random).program();
  const focus = ALL_FORMS[(i - Math.ceil(i / 3)) % ALL_FORMS.length] as string;
  return new ProgramGenerator(random, { focus, size: 10 }).program();
}

function isValid(program: Node): boolean {
  try {
    parse(textOf(program));
    return true;
  } catch (failure) {
    if (failure instanceof AirError) return false;
    throw failure;
  }
}

const print = (counts: ReadonlyMap<string | number, number>): string =>
  [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, times]) => `${name} × ${times}`)
    .join(', ') || 'none';
