import { decodeData, type RunInput } from '../../interpreter/index.ts';
import { isAccepted } from '../../peer/particle-step.ts';
import { withNames } from '../support/cast.ts';
import type { Case, Ending } from './case.ts';
import { chanceOf } from './chance.ts';
import { requireHonestRecords } from './honest-records.ts';
import { honestRuns } from './honest-runs.ts';
import { tried } from './invariants.ts';
import { LIMITS, requireNotPoisoned } from './poison.ts';
import { RESULT_MUTATIONS, type Results } from './result-mutations.ts';

/** Answers of services: whatever a handler of a careless host can hand over. */
export function resultCase(seed: number, index: number): Case {
  const chance = chanceOf(seed, index);
  const run = chance.of(honestRuns(seed, index).filter(({ steps }) => steps.some(hasResults)));
  const { name, input } = chance.of(run.steps.filter(hasResults));
  const mutations = chance.of([1, 1, 1, 2]);

  const play = (kept: readonly number[], names: string[] = []): Ending => {
    const callResults: Results = new Map(input.callResults);
    for (const at of kept) {
      const own = chanceOf(seed, index, at + 1);
      const [mutation, change] = own.of(Object.entries(RESULT_MUTATIONS));
      change(callResults, own);
      names.push(mutation);
    }
    const facts = { ...input, params: { ...input.params, limits: LIMITS } };
    const { outcome, tookMs } = tried({ ...facts, callResults });
    if (isAccepted(outcome)) {
      const read = (bytes: Uint8Array) => decodeData(bytes, run.particleSignature, 'fuzzed');
      const [prev, current, next] = [read(input.prevData), read(input.currentData), read(outcome.data)];
      requireHonestRecords({ victim: name, mallory: [], truth: run.truth, prev, current, next }, false);
      requireNotPoisoned(facts, outcome.data, [name]);
    }
    return { names, code: String(outcome.retCode), tookMs };
  };
  return { mutations, about: () => `answers to ${name} in ${withNames(run.program.air)}`, play };
}

const hasResults = ({ input }: { readonly input: RunInput }): boolean => input.callResults.size > 0;
