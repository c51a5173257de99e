import { AirError, parse } from '../../air-grammar/index.ts';
import {
  decodeData,
  RetCode,
  type CallResult,
  type Outcome,
  type RunInput,
} from '../../interpreter/index.ts';
import { isAccepted } from '../../peer/particle-step.ts';
import { answer, PEERS } from '../differential/services.ts';
import { NOTHING, type Step } from '../property/play.ts';
import { idOf, withNames } from '../support/cast.ts';
import type { Case, Ending } from './case.ts';
import { chanceOf, type Chance } from './chance.ts';
import { requireHonestRecords } from './honest-records.ts';
import { honestRuns, type HonestRun } from './honest-runs.ts';
import { requireThat, tried } from './invariants.ts';
import { onPeer } from './poison.ts';
import { SCRIPT_MUTATIONS } from './script-mutations.ts';
import { OriginCheck } from './sound-origins.ts';

const ROUNDS = 3;

/** Scripts that no tool of ours writes: run from the start on a peer or two, and over data that another script has made. */
export function scriptCase(seed: number, index: number): Case {
  const chance = chanceOf(seed, index);
  const runs = honestRuns(seed, index);
  const run = chance.of(runs);
  const other = chance.of(runs).program.air;
  const mutations = chance.of([1, 1, 1, 2, 2, 3, 5]);
  const overData = chance.is(0.4);

  const written = (kept: readonly number[], names: string[]): string => {
    let air = run.program.air;
    for (const at of kept) {
      const own = chanceOf(seed, index, at + 1);
      const [name, text] = mutated(air, own, other);
      air = text;
      names.push(name);
    }
    return air;
  };
  const play = (kept: readonly number[], names: string[] = []): Ending => {
    const air = written(kept, names);
    const { outcome, tookMs } = overData
      ? playOverData(run, air, chanceOf(seed, index, 40))
      : playFresh(run, air);
    requireThat(
      isScript(air) === (outcome.retCode !== RetCode.airParse),
      'what parses is run, and nothing else',
    );
    return { names, code: String(outcome.retCode), tookMs };
  };
  const about = (): string => withNames(written([...Array(mutations).keys()], []));
  return { mutations, about, play };
}

/** Most scripts are to be run and not only refused: so of several tries the first that parses counts, mostly. */
function mutated(air: string, chance: Chance, other: string): [name: string, text: string] {
  for (let tries = chance.is(0.7) ? 8 : 1; ; tries--) {
    const [name, mutation] = chance.of(Object.entries(SCRIPT_MUTATIONS));
    const text = mutation(air, chance, other);
    if (tries <= 1 || isScript(text)) return [name, text];
  }
}

interface End {
  readonly outcome: Outcome;
  readonly tookMs: number;
}

/** alice starts it, services answer, and the first peer that it names goes on. */
function playFresh(run: HonestRun, air: string): End {
  const { input } = run.steps[0] as Step;
  const first = playOn({ ...onPeer(input, 'alice'), air, prevData: NOTHING, currentData: NOTHING }, 'alice');
  const next = PEERS.find(name => first.outcome.nextPeerIds.includes(idOf(name)));
  if (next === undefined || !isAccepted(first.outcome)) return first;
  playOn({ ...onPeer(input, next), air, prevData: NOTHING, currentData: first.outcome.data }, next);
  return first;
}

function playOn(input: RunInput, name: string): End {
  let trial = tried({ ...input, callResults: new Map() });
  let { outcome } = trial;
  for (let round = 0; round < ROUNDS && isAccepted(outcome) && outcome.callRequests.size > 0; round++) {
    const callResults = new Map<number, CallResult>();
    for (const [id, { functionName, argumentsJson }] of outcome.callRequests) {
      const { retCode, text } = answer(idOf(name), functionName, argumentsJson);
      callResults.set(id, { retCode, resultJson: text });
    }
    trial = tried({ ...input, prevData: outcome.data, currentData: NOTHING, callResults });
    ({ outcome } = trial);
  }
  return { outcome, tookMs: trial.tookMs };
}

/** Honest data of one script under another: no record is used for what it does not state. */
function playOverData(run: HonestRun, air: string, chance: Chance): End {
  const at = chance.below(run.steps.length);
  const { outcome: from, name, input } = run.steps[at] as Step;
  const trial = tried({
    ...onPeer(input, name),
    air,
    prevData: NOTHING,
    currentData: from.data,
    callResults: new Map(),
  });
  const { outcome } = trial;
  if (!isAccepted(outcome)) return trial;
  const read = (bytes: Uint8Array) => decodeData(bytes, run.particleSignature, 'fuzzed');
  const [current, next] = [read(from.data), read(outcome.data)];
  requireHonestRecords({ victim: name, mallory: [], truth: run.truth, prev: current, current, next }, false);
  const check = new OriginCheck(next, run.truth, []);
  for (const request of outcome.callRequests.values()) check.requireSound(request);
  return trial;
}

function isScript(air: string): boolean {
  try {
    parse(air);
    return true;
  } catch (failure) {
    if (failure instanceof AirError) return false;
    throw failure;
  }
}
