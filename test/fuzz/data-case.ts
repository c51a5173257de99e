import { decodeData, type RunInput } from '../../interpreter/index.ts';
import { isAccepted } from '../../peer/particle-step.ts';
import { NOTHING, type Step } from '../property/play.ts';
import { idOf, withNames } from '../support/cast.ts';
import { PEERS } from '../differential/services.ts';
import type { Case, Ending } from './case.ts';
import { chanceOf, type Chance } from './chance.ts';
import { BYTES } from './data/bytes.ts';
import { GROUPS } from './data/mutations.ts';
import { tidy, type Scene } from './data/scene.ts';
import { requireHonestRecords } from './honest-records.ts';
import { honestRuns, type HonestRun } from './honest-runs.ts';
import { tried } from './invariants.ts';
import { onPeer, requireNotPoisoned } from './poison.ts';
import { requireTrueCanons } from './true-canons.ts';
import { signLogs } from './signing.ts';
import { OriginCheck } from './sound-origins.ts';
import { wireOf, writeWire } from './wire.ts';

/** Data that mallory has made out of what honest peers have, sent to one of them in the middle of the particle. */
export function dataCase(seed: number, index: number): Case {
  const chance = chanceOf(seed, index);
  const runs = honestRuns(seed, index);
  const setting = settingOf(runs, chance);
  const mutations = chance.is(0.02) ? 0 : chance.of([1, 1, 1, 1, 2, 2, 3]);
  const inBytes = mutations > 0 && chance.is(0.12);
  const isTidy = chance.is(0.92);
  const about = (): string =>
    `${setting.mallory.join(' and ')} against ${setting.victim} in ${withNames(setting.run.program.air)}`;

  const play = (kept: readonly number[], names: string[] = []): Ending => {
    const wire = wireOf(setting.run.dataAfter(setting.base));
    const scene = { ...setting, wire, untidy: !isTidy };
    const lastByte = inBytes ? mutations - 1 : mutations;
    for (const at of kept.filter(at => at < lastByte)) {
      const own = { ...scene, chance: chanceOf(seed, index, at + 1) };
      names.push(...mutate(own));
      scene.untidy ||= own.untidy;
    }
    if (!scene.untidy) tidy({ ...scene, chance });
    signLogs(wire, setting.mallory, setting.run.particleSignature);
    const bytes = writeWire(wire);
    const currentData = kept.includes(lastByte)
      ? mutateBytes(bytes, chanceOf(seed, index, lastByte + 1), names)
      : bytes;
    return judge(setting, currentData, names);
  };
  return { mutations, about, play };
}

interface Setting extends Omit<Scene, 'chance' | 'wire' | 'untidy'> {
  /** The step whose data mallory begins with. */
  readonly base: number;
  /** What the victim knows and has at hand when it gets it. */
  readonly facts: RunInput;
}

/** The attacked peer, the attacker and the time. Only the past can be used: the future is not signed yet. */
function settingOf(runs: readonly HonestRun[], chance: Chance): Setting {
  const run = chance.of(runs);
  const past = 1 + chance.below(run.steps.length - 1);
  const base = chance.is(0.6) ? past - 1 : chance.below(past);
  const { victim, facts } = victimOf(run, past, chance);
  const others = PEERS.filter(name => name !== victim);
  const withRecords = others.filter(name => run.dataAfter(base).logs.has(idOf(name)));
  const first = chance.is(0.9) ? chance.some(withRecords) : undefined;
  const mallory = [...new Set([first ?? chance.of(others), ...(chance.is(0.25) ? [chance.of(others)] : [])])];
  return {
    run,
    past,
    facts,
    base,
    mallory,
    victim,
    foreign: chance.of(runs.filter(other => other.program.air !== run.program.air)),
  };
}

/** The peer whose turn it is, with the results of its services; or another peer, with what it knew by then. */
function victimOf(run: HonestRun, past: number, chance: Chance): { victim: string; facts: RunInput } {
  const { name, input } = run.steps[past] as Step;
  if (chance.is(0.6)) return { victim: name, facts: onPeer(input, name) };
  const victim = chance.of(PEERS);
  const prevData = run.steps.slice(0, past).findLast(step => step.name === victim)?.outcome.data ?? NOTHING;
  return { victim, facts: { ...onPeer(input, victim), prevData, callResults: new Map() } };
}

/** The first of some mutations that finds something to change; those of one group are alike, so groups are chosen first. */
function mutate(scene: Scene): string[] {
  for (let tries = 0; tries < 6; tries++) {
    const [name, mutation] = scene.chance.of(scene.chance.of(GROUPS));
    if (mutation(scene)) return [name];
  }
  return [];
}

function mutateBytes(bytes: Uint8Array, chance: Chance, names: string[]): Uint8Array {
  const changed = [...bytes];
  for (let times = chance.of([1, 1, 2]); times > 0; times--) {
    const [name, mutation] = chance.of(Object.entries(BYTES));
    mutation(changed, chance);
    names.push(name);
  }
  return Uint8Array.from(changed);
}

function judge(setting: Setting, currentData: Uint8Array, names: string[]): Ending {
  const { run, facts, victim, mallory } = setting;
  const trial = tried({ ...facts, currentData });
  const { outcome, tookMs } = trial;
  const ending = { names, code: String(outcome.retCode), tookMs };
  if (!isAccepted(outcome)) return ending;
  const read = (bytes: Uint8Array) => decodeData(bytes, run.particleSignature, 'fuzzed');
  const next = read(outcome.data);
  const [prev, current] = [read(facts.prevData), read(currentData)];
  requireHonestRecords({ victim, mallory, truth: run.truth, prev, current, next });
  requireTrueCanons(next);
  const check = new OriginCheck(next, run.truth, mallory);
  for (const request of outcome.callRequests.values()) check.requireSound(request);
  requireNotPoisoned(facts, outcome.data, [victim, ...mallory]);
  return ending;
}
