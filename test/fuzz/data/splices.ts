import { idOf } from '../../support/cast.ts';
import type { HonestRun } from '../honest-runs.ts';
import { peerIndex, wireOf, type Wire } from '../wire.ts';
import type { Mutation, Scene } from './scene.ts';

/** A log as it stands in other data, instead of the one here; with its values. */
const transplanting =
  (from: (scene: Scene) => Wire | undefined, whose: 'anybody' | 'hers'): Mutation =>
  scene => {
    const { wire, chance, mallory } = scene;
    const donor = from(scene);
    const own = new Set(mallory.map(idOf));
    const graft = chance.some(
      (donor?.logs ?? []).filter(({ peer }) => whose === 'anybody' || own.has(donor?.peers[peer] as string)),
    );
    if (donor === undefined || graft === undefined) return false;
    const peer = peerIndex(wire, donor.peers[graft.peer] as string);
    wire.logs = [...wire.logs.filter(log => log.peer !== peer), { ...graft, peer }];
    wire.values.push(...donor.values.filter(value => !wire.values.some(known => equal(known, value))));
    return true;
  };

/** What is taken from elsewhere: other particles, other times, other stories. */
export const SPLICES: Readonly<Record<string, Mutation>> = {
  'splice: a log of another particle with this script': transplanting(({ run }) => last(run.twin), 'anybody'),
  'splice: a log of another particle': transplanting(({ foreign }) => last(foreign), 'anybody'),
  'splice: an older log': transplanting(
    ({ run, chance, past }) => wireOf(run.dataAfter(chance.below(past))),
    'anybody',
  ),
  'splice: another story of hers': transplanting(({ run }) => last(run.fork), 'hers'),
  'splice: states of another particle': ({ wire, foreign }) => replaceStates(wire, last(foreign)),
  'splice: older states': ({ wire, run, chance, past }) =>
    replaceStates(wire, wireOf(run.dataAfter(chance.below(past)))),
  'splice: all of another particle': ({ wire, run, foreign, chance }) => {
    Object.assign(wire, last(chance.is(0.5) ? run.twin : foreign));
    return true;
  },
};

const last = (run: HonestRun): Wire => wireOf(run.dataAfter(run.steps.length - 1));

function replaceStates(wire: Wire, donor: Wire): boolean {
  wire.states = donor.states.map(state => {
    const [first, ...rest] = state.rest;
    if (state.kind === 2) return state;
    return { ...state, rest: [peerIndex(wire, donor.peers[first as number] as string), ...rest] };
  });
  return true;
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
