import { describe, expect, it } from 'vitest';
import { equalBytes } from '../../base/bytes.ts';
import { parseUnchecked, walk } from '../../air-grammar/index.ts';
import { execute } from '../../interpreter/index.ts';
import { withNames } from '../support/cast.ts';
import { NOTHING, Play, PROGRAMS, programs, SEED } from './play.ts';

describe(`${PROGRAMS} random programs from seed ${SEED}`, () => {
  const plays = programs(PROGRAMS, { size: 14 }).map(program => new Play(program));
  const told = ({ program: { seed, air } }: Play): string => `seed ${seed}: ${withNames(air)}`;

  it('execute(x) = execute(x), byte for byte', () => {
    for (const play of plays) {
      for (const { input, outcome } of play.steps)
        expect(equalBytes(execute(input).data, outcome.data), told(play)).toBe(true);
    }
  });

  it('execute(data, data) = data, and execute(data, ∅) = data: merging is idempotent', () => {
    for (const play of plays) {
      for (const { input, outcome } of play.steps) {
        if (outcome.retCode !== 0) continue;
        for (const currentData of [outcome.data, NOTHING]) {
          const again = execute({ ...input, prevData: outcome.data, currentData, callResults: new Map() });
          expect(equalBytes(again.data, outcome.data), told(play)).toBe(true);
        }
      }
    }
  });

  // A request that arrives is no more than a hint; where the call it is about fails here, nothing needs it.
  it('states(prev) ∪ results(current) ⊆ states(execute(prev, current)): nothing is lost', () => {
    let merged = 0;
    for (const play of plays) {
      for (const { input, outcome } of play.steps) {
        const before = play.marks(input.prevData);
        const arrived = play.results(outcome.data === input.prevData ? NOTHING : input.currentData);
        const after = play.marks(outcome.data);
        const lost = [...before, ...arrived].filter(mark => !after.has(mark));
        expect(lost, told(play)).toEqual([]);
        if ([...arrived].some(mark => !before.has(mark)) && before.size > 0) merged += 1;
      }
    }
    expect(merged).toBeGreaterThan(PROGRAMS / 2);
  });

  it('no honest peer refuses the data of another, but where a script acts on which error came first', () => {
    const refused = plays.filter(({ refusals, program }) => refusals.length > 0 && !readsErrors(program.air));
    expect(refused.map(play => `${play.refusals[0]} ${told(play)}`)).toEqual([]);
    expect(plays.filter(({ program }) => !readsErrors(program.air)).length).toBeGreaterThan(PROGRAMS / 4);
  });
});

describe(`random programs without races, from seed ${SEED}`, () => {
  it('calls(any order of delivery) = calls(any other order), and sites(one) = sites(other)', () => {
    let compared = 0;
    for (const program of [
      ...programs(PROGRAMS / 4, { size: 14 }, isCalm),
      ...programs(PROGRAMS / 4, { size: 14, prelude: false }, isCalm),
    ]) {
      const [one, other] = [new Play(program), new Play(program, program.seed + 77)];
      const told = `seed ${program.seed}: ${withNames(program.air)}`;
      expect([...one.refusals, ...other.refusals], told).toEqual([]);
      if (one.faults.length + other.faults.length > 0) continue;
      compared += 1;
      expect(other.callTexts(), told).toEqual(one.callTexts());
      expect(other.recordedSites(), told).toEqual(one.recordedSites());
    }
    expect(compared).toBeGreaterThan(PROGRAMS / 4);
  });
});

/** What an error register holds depends on what failed last, on this peer. */
const readsErrors = (air: string): boolean => /:error:|%last_error%/.test(air);

/**
 * Scripts whose way does not depend on what has arrived: without handlers and failing branches (what fails on one peer waits on
 * another), without canons, which are taken while a stream is still growing, and without variables of one branch of a `par` that
 * something outside waits for: `par` ends with its first branch, and who waits for the other may not be told. All have calls.
 */
const isCalm = (air: string): boolean =>
  /\(call /.test(air) && !/\(xor |\(fail |\(canon |"fail"/.test(air) && !leavesBranch(air);

function leavesBranch(air: string): boolean {
  let leaves = false;
  walk(parseUnchecked(air).root, {
    enter(instruction) {
      if (instruction.kind !== 'par') return;
      for (const { start, end } of [instruction.left, instruction.right]) {
        const set = air.slice(start, end).match(/(?<=[\] ])[a-z]\w*(?=\))/g) ?? [];
        const outside = new Set((air.slice(0, start) + air.slice(end)).match(/\w+/g));
        if (set.some(name => outside.has(name))) leaves = true;
      }
    },
  });
  return leaves;
}
