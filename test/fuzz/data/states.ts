import { idOf, NAMES } from '../../support/cast.ts';
import { bytesOf, peerIndex, wireSite, type WireState } from '../wire.ts';
import type { Mutation, Scene } from './scene.ts';
import { anySite, otherWay } from './sites.ts';

const GENERATIONS = [0, 1, 2, 2 ** 31, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER];

const changing =
  (change: (state: WireState, scene: Scene) => void): Mutation =>
  scene => {
    const state = scene.chance.some(scene.wire.states);
    if (state === undefined) return false;
    change(state, scene);
    return true;
  };

/** States are not signed: everybody can write what they like. */
export const STATES: Readonly<Record<string, Mutation>> = {
  'state: of another kind': changing((state, { chance }) => {
    state.kind = chance.below(4);
    if (chance.is(0.8)) state.rest = restOf(state.kind, chance.below(3), chance.below(4));
  }),
  'state: of another peer': changing((state, scene) => {
    const { wire, chance } = scene;
    state.rest[0] = chance.is(0.1) ? wire.peers.length + 3 : peerIndex(wire, idOf(chance.of(NAMES)));
  }),
  'state: at another site': changing((state, scene) => (state.site = anySite(scene))),
  'state: of another iteration': changing((state, { chance }) => (state.site = otherWay(chance, state.site))),
  'state: left out': ({ wire, chance }) => {
    if (wire.states.length === 0) return false;
    wire.states.splice(chance.below(wire.states.length), 1 + chance.below(3));
    return true;
  },
  'state: all left out': ({ wire }) => {
    if (wire.states.length === 0) return false;
    wire.states = [];
    return true;
  },
  'state: twice': ({ wire, chance }) => {
    const state = chance.some(wire.states);
    if (state === undefined) return false;
    wire.states.push({ ...state });
    return true;
  },
  'state: of too many parts': changing(({ rest }, { chance }) => {
    if (chance.is(0.5)) rest.push(chance.below(3));
    else rest.pop();
  }),
  'state: in another order': ({ wire, chance }) => {
    if (wire.states.length < 2) return false;
    wire.states = chance.shuffled(wire.states);
    return true;
  },
  'state: other generations': ({ wire, chance }) => {
    const puts = wire.states.filter(({ kind }) => kind === 2);
    if (puts.length === 0) return false;
    for (const state of puts)
      if (chance.is(0.7)) state.rest[0] = chance.of(GENERATIONS.slice(0, chance.is(0.9) ? 5 : 7));
    return true;
  },
  "state: the victim's calls are all said to be asked": scene => {
    const { wire, chance, victim } = scene;
    const peer = peerIndex(wire, idOf(victim));
    const kind = chance.below(2);
    return addStates(scene, () => restOf(kind, peer, 1 + chance.below(4)), kind);
  },
  'state: everybody is said to have been asked': scene =>
    addStates(scene, () => restOf(0, peerIndex(scene.wire, idOf(scene.chance.of(NAMES))), 0), 0),
  'state: values put everywhere': scene =>
    addStates(scene, () => restOf(2, scene.chance.of(GENERATIONS.slice(0, 5)), 0), 2),
  'state: where nothing is': scene => {
    const count = scene.chance.is(0.05) ? 2000 : 1 + scene.chance.below(4);
    for (let i = 0; i < count; i++) {
      const kind = scene.chance.below(3);
      const site = { ...anySite(scene), instruction: 10_000 + i };
      scene.wire.states.push({ kind, site, rest: restOf(kind, 0, 7) });
    }
    return true;
  },
};

/** A state of one kind for each site that the whole run has come to. */
function addStates(scene: Scene, rest: () => (number | Uint8Array)[], kind: number): boolean {
  const { run, wire } = scene;
  const known = new Set(wire.states.map(({ site }) => JSON.stringify(site)));
  const last = run.dataAfter(run.steps.length - 1);
  const sites = [
    ...[...last.states.values()].map(({ site }) => site),
    ...[...last.logs.values()].flatMap(({ records }) => records.map(({ record }) => record.site)),
  ].map(wireSite);
  let added = 0;
  for (const site of sites) {
    const key = JSON.stringify(site);
    if (known.has(key)) continue;
    known.add(key);
    added += 1;
    wire.states.push({ kind, site, rest: rest() });
  }
  return added > 0;
}

function restOf(kind: number, first: number, requestId: number): (number | Uint8Array)[] {
  return kind === 1 ? [first, requestId, bytesOf('00'.repeat(32))] : [first];
}
