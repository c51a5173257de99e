import { describe, expect, it } from 'vitest';
import { equalBytes } from '../../base/bytes.ts';
import { parseUnchecked, walk } from '../../air-grammar/index.ts';
import { execute, type Outcome, type RunInput } from '../../interpreter/index.ts';
import { forgetAll } from '../../interpreter/forget.ts';
import { idOf, seedOf, withNames } from '../support/cast.ts';
import { insideFeedingFolds } from '../differential/deviations.ts';
import { rerun } from '../support/rerun.ts';
import { isAccepted, isFault, NOTHING, Play, PROGRAMS, programs, SEED, TIMEOUT } from './play.ts';

describe(`${PROGRAMS} random programs from seed ${SEED}`, { timeout: TIMEOUT }, () => {
  const plays = programs(PROGRAMS, { size: 14 }).map(program => new Play(program));
  const told = ({ program: { seed, air } }: Play): string => `seed ${seed}: ${withNames(air)}`;

  it('have executed everything that the laws are about, late and stale deliveries included', () => {
    const executed = plays.map(executedBy);
    const share = (what: string): number => executed.filter(all => all.has(what)).length / plays.length;
    const late = plays.filter(({ steps }) =>
      steps.some(({ input }) => input.prevData.length > 0 && input.currentData.length > 0),
    );
    const steps = plays.reduce((sum, play) => sum + play.steps.length, 0);
    console.log(
      `property: ${plays.length} programs, ${steps} runs, ${late.length} with late data; executed in ${Object.keys(
        EXECUTED_MIN,
      )
        .map(what => `${what} ${Math.round(share(what) * 100)} %`)
        .join(', ')}`,
    );
    expect(Object.entries(EXECUTED_MIN).filter(([what, min]) => share(what) < min)).toEqual([]);
    expect(late.length / plays.length).toBeGreaterThan(0.5);
  });

  it('execute(x) = execute(x), byte for byte', () => {
    for (const play of plays) {
      for (const { input, outcome } of play.steps)
        expect(equalBytes(execute(input).data, outcome.data), told(play)).toBe(true);
    }
  });

  it('execute(x) in a peer that remembers nothing = execute(x), and a stranger that remembers nothing takes its data', () => {
    let taken = 0;
    for (const play of plays) {
      for (const { input, outcome } of play.steps) {
        forgetAll();
        const { data, ...again } = execute(input);
        const { data: bytes, ...first } = outcome;
        expect(equalBytes(data, bytes), told(play)).toBe(true);
        expect(verdictOf(again), told(play)).toEqual(verdictOf(first));
        if (readsErrors(play.program.air)) continue;
        forgetAll();
        const stranger = execute(asStranger(input, bytes));
        expect(isAccepted(stranger) || isFault(stranger), `${stranger.errorMessage} ${told(play)}`).toBe(
          true,
        );
        taken += 1;
      }
    }
    expect(taken).toBeGreaterThan(PROGRAMS);
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

  it('sites(one peer) = sites(any other): no call is requested twice, whichever peer reaches it, and when', () => {
    let asked = 0;
    for (const play of plays) {
      if (readsErrors(play.program.air)) continue;
      const sites = play.calls.map(({ request }) => request.site);
      asked += sites.length;
      expect(sites.length - new Set(sites).size, told(play)).toBe(0);
    }
    expect(asked).toBeGreaterThan(PROGRAMS);
  });

  it('no honest peer refuses the data of another, but where a script acts on which error came first', () => {
    const refused = plays.filter(({ refusals, program }) => refusals.length > 0 && !readsErrors(program.air));
    expect(refused.map(play => `${play.refusals[0]} ${told(play)}`)).toEqual([]);
    expect(plays.filter(({ program }) => !readsErrors(program.air)).length).toBeGreaterThan(PROGRAMS / 4);
  });
});

/** What others see of a run, beside its data. */
const verdictOf = ({ callRequests, ...rest }: Omit<Outcome, 'data'>) => ({
  ...rest,
  callRequests: [...callRequests].map(([id, { site, argumentsJson, tetraplets }]) => ({
    id,
    site,
    argumentsJson,
    tetraplets,
  })),
});

/** A peer that no script names, and that knows nothing. */
const asStranger = (input: RunInput, currentData: Uint8Array): RunInput => ({
  ...input,
  prevData: NOTHING,
  currentData,
  callResults: new Map(),
  params: { ...input.params, currentPeerId: idOf('mallory'), secretKey: seedOf('mallory') },
});

/** What the sample must hold so that no law is about nothing: how many programs of `PROGRAMS` have executed each. */
const EXECUTED_MIN: Readonly<Record<string, number>> = {
  par: 0.3,
  xor: 0.2,
  new: 0.1,
  'fold: scalar': 0.05,
  'fold: canon': 0.01,
  'fold: canonMap': 0.005,
  'fold: stream': 0.1,
  'fold: streamMap': 0.01,
  'recursive stream': 0.05,
  'canon of a join': 0.02,
};

function executedBy({ steps, program: { air } }: Play): Set<string> {
  const executed = new Set<string>();
  const feeding = insideFeedingFolds(air);
  for (const { input } of steps)
    rerun(input, instruction => {
      if (instruction.kind === 'canon' && instruction.source.name.startsWith('$join'))
        executed.add('canon of a join');
      if (feeding.has(instruction.index)) executed.add('recursive stream');
      executed.add(instruction.kind === 'fold' ? `fold: ${instruction.iterable.kind}` : instruction.kind);
    });
  return executed;
}

describe(`random programs without races, from seed ${SEED}`, { timeout: TIMEOUT }, () => {
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
      expect(other.recorded(), told).toEqual(one.recorded());
    }
    expect(compared).toBeGreaterThan(PROGRAMS / 4);
  });
});

/** What an error register holds depends on what failed last, on this peer. */
const readsErrors = (air: string): boolean => /:error:|%last_error%/.test(air);

/**
 * Scripts whose way does not depend on what has arrived: without handlers and failing branches (what fails on one peer waits on
 * another), without canons, which are taken while a stream is still growing, and without variables of one branch of a `par` that
 * something outside waits for: `par` ends with its first branch, and an instruction that waits for the other may never run. All have calls.
 */
const isCalm = (air: string): boolean =>
  /\(call /.test(air) && !/\(xor |\(fail |\(canon |"fail"/.test(air) && !leavesBranch(air);

function leavesBranch(air: string): boolean {
  let leaves = false;
  walk(parseUnchecked(air).root, {
    enter(instruction) {
      if (instruction.kind !== 'par') return;
      for (const { start, end } of [instruction.left, instruction.right]) {
        const set = air.slice(start, end).match(/(?<=[\] ])[a-z][\p{L}\w-]*(?=\))/gu) ?? [];
        const outside = new Set((air.slice(0, start) + air.slice(end)).match(/[\p{L}\w-]+/gu));
        if (set.some(name => outside.has(name))) leaves = true;
      }
    },
  });
  return leaves;
}
