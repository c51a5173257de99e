import { expect, it } from 'vitest';
import { AirError, parse } from '../../air-grammar/index.ts';
import { seededRandom } from '../../peer/index.ts';
import { withNames } from '../support/cast.ts';
import { Oracle } from './oracle.ts';
import { ProgramGenerator, textOf, type Node } from './program.ts';
import { play, type Delivery, type ScenarioEnd } from './scenario.ts';
import { shrink } from './shrink.ts';

const SEED = Number(process.env['BERYL_SEED'] ?? 1);
const COUNT = Number(process.env['BERYL_COUNT'] ?? 1500);
const DELIVERIES: readonly Delivery[] = ['fifo', 'lifo', 'random', 'duplicated'];

it(`does what AquaVM does, on ${COUNT} random programs from seed ${SEED}`, async () => {
  const oracle = await Oracle.open();
  const tally = {
    compared: 0,
    invalid: 0,
    steps: 0,
    defects: new Map<string, number>(),
    codes: new Set<number>(),
  };
  for (let i = 0; i < COUNT; i++) {
    const seed = SEED * 1_000_003 + i;
    const program = new ProgramGenerator(seededRandom(seed)).program();
    if (!isValid(program)) {
      tally.invalid += 1;
      continue;
    }
    const run = (node: Node): Promise<ScenarioEnd> =>
      play(oracle, textOf(node), seededRandom(seed), DELIVERIES[i % DELIVERIES.length] as Delivery);
    const end = await run(program);
    tally.steps += end.steps;
    for (const code of end.codes) tally.codes.add(code);
    if (end.defect !== undefined) tally.defects.set(end.defect, (tally.defects.get(end.defect) ?? 0) + 1);
    else if (end.difference === undefined) tally.compared += 1;
    else {
      const small = await shrink(
        program,
        async node => isValid(node) && (await run(node)).difference !== undefined,
      );
      const { difference } = await run(small);
      expect.fail(`seed ${seed}: ${difference}\n${withNames(textOf(small))}`);
    }
  }
  console.log(
    `differential: ${tally.compared} scenarios compared (${tally.steps} runs), ${tally.invalid} invalid programs, ` +
      `defects of the reference ${JSON.stringify(Object.fromEntries(tally.defects))}, codes ${[...tally.codes].toSorted((a, b) => a - b).join(' ')}`,
  );
  expect(tally.invalid / COUNT).toBeLessThan(0.1);
}, 3_600_000);

function isValid(program: Node): boolean {
  try {
    parse(textOf(program));
    return true;
  } catch (failure) {
    if (failure instanceof AirError) return false;
    throw failure;
  }
}
