import { NAMES, idOf } from '../../support/cast.ts';
import { wireRecord, writeRecord } from '../wire-record.ts';
import { answer } from './answers.ts';
import {
  othersChains,
  ownChains,
  ownRecord,
  putValue,
  replace,
  rewriting,
  targetsIn,
  type Mutation,
  type Scene,
} from './scene.ts';
import { anySite, otherWay } from './sites.ts';
import { peerIndex } from '../wire.ts';

const TEXTS = ['', 's', 'auth', 'check', 'echo', 'who', '__proto__', '\u0000', 'é', 'x'.repeat(70_000)];

/** What mallory can state under her own signature. */
export const RECORDS: Readonly<Record<string, Mutation>> = {
  'record: at another instruction': rewriting((record, { chance }) => {
    record.site.instruction = chance.of([0, 1, 2, 3, 4, 5, 6, 8, 12, 10_000, Number.MAX_SAFE_INTEGER]);
  }),
  'record: at another site': rewriting((record, scene) => (record.site = anySite(scene))),
  'record: of another iteration': rewriting(
    (record, { chance }) => (record.site = otherWay(chance, record.site)),
  ),
  'record: of another peer': rewriting((record, { chance }) => {
    record.peerId = chance.of([...NAMES.map(idOf), '', 'nobody']);
  }),
  'record: of another service': rewriting((record, { chance }) => (record.serviceId = chance.of(TEXTS))),
  'record: of another function': rewriting((record, { chance }) => (record.functionName = chance.of(TEXTS))),
  'record: of other arguments': rewriting((record, scene) => (record.argsHash = anyHash(scene))),
  'record: with another outcome': rewriting((record, { chance }) => {
    record.outcome = chance.is(0.1) ? 2 : 1 - record.outcome;
  }),
  'record: with the result of another': rewriting((record, scene) => (record.responseHash = anyHash(scene))),
  'record: of another kind': rewriting((record, { chance }) => {
    record.kind = chance.is(0.1) ? 2 : 1 - record.kind;
    if (chance.is(0.5)) record.serviceId = record.functionName = '';
  }),
  'record: of another version': rewriting(
    (record, { chance }) => (record.version = chance.of([0, 2, 2 ** 32])),
  ),

  'record: two change places': scene => {
    const [one, other] = scene.chance.shuffled(targetsIn(ownChains(scene)));
    if (one === undefined || other === undefined) return false;
    [one.record.site, other.record.site] = [other.record.site, one.record.site];
    replace(one, one.record);
    replace(other, other.record);
    return true;
  },
  'record: twice': scene => {
    const target = ownRecord(scene);
    if (target === undefined) return false;
    const { chance } = scene;
    const { record } = target;
    if (chance.is(0.5)) record.responseHash = putValue(scene, answer(chance));
    const into = chance.is(0.5) ? target.batch : chance.of(target.chain.batches);
    into.records.push(writeRecord(record));
    target.chain.signing = 'chain';
    return true;
  },
  'record: left out': scene => {
    const target = ownRecord(scene);
    if (target === undefined) return false;
    target.batch.records.splice(target.index, 1);
    target.chain.signing = scene.chance.is(0.8) ? 'chain' : 'nothing';
    if (target.chain.signing === 'chain') dropEmpty(scene);
    return true;
  },
  'record: moved to another batch': scene => {
    const target = ownRecord(scene);
    if (target === undefined) return false;
    const [bytes] = target.batch.records.splice(target.index, 1);
    scene.chance.of(target.chain.batches).records.push(bytes as Uint8Array);
    target.chain.signing = 'chain';
    dropEmpty(scene);
    return true;
  },
  'record: of an honest peer, in her name': scene => takeOver(scene, true),
  'record: of an honest peer, in its own name': scene => takeOver(scene, false),

  'record: a call that waits is answered': scene => {
    const made = new Set(targetsIn(ownChains(scene)).map(({ record }) => JSON.stringify(record.site)));
    const waiting = scene.mallory
      .flatMap(name => scene.run.truth.chains.get(idOf(name))?.batches ?? [])
      .flatMap(({ records }) => records.map(({ record }) => wireRecord(record)))
      .filter(({ site }) => !made.has(JSON.stringify(site)));
    const record = scene.chance.some(waiting);
    if (record === undefined) return false;
    if (scene.chance.is(0.3)) record.outcome = 1 - record.outcome;
    record.responseHash = putValue(scene, answer(scene.chance));
    append(scene, record.peerId, writeRecord(record));
    return true;
  },
  'record: its bytes': scene => {
    const target = ownRecord(scene);
    if (target === undefined) return false;
    const bytes = [...(target.batch.records[target.index] as Uint8Array)];
    const at = scene.chance.below(bytes.length);
    if (scene.chance.is(0.5)) bytes[at] = scene.chance.below(256);
    else bytes.splice(at, scene.chance.below(2), ...scene.chance.bytes(scene.chance.below(3)));
    replace(target, Uint8Array.from(bytes));
    return true;
  },
};

/** A record that somebody else has signed, with a signature of mallory's. */
function takeOver(scene: Scene, inHerName: boolean): boolean {
  const { chance } = scene;
  const taken = chance.some(targetsIn(othersChains(scene)));
  if (taken === undefined) return false;
  const by = idOf(chance.of(scene.mallory));
  append(scene, by, writeRecord({ ...taken.record, ...(inHerName && { peerId: by }) }));
  return true;
}

/** One more run of a peer of mallory's. */
function append(scene: Scene, peerId: string, record: Uint8Array): void {
  const peer = peerIndex(scene.wire, peerId);
  const batch = { previous: new Uint8Array(32), records: [record], signature: new Uint8Array(64) };
  const chain = scene.wire.chains.find(known => known.peer === peer);
  if (chain === undefined) scene.wire.chains.push({ peer, batches: [batch], signing: 'chain' });
  else {
    chain.batches.push(batch);
    chain.signing = 'chain';
  }
}

/** What the data has a hash of, or nothing. */
function anyHash(scene: Scene): Uint8Array {
  const record = scene.chance.some(targetsIn(scene.wire.chains))?.record;
  if (record === undefined || scene.chance.is(0.2)) return scene.chance.bytes(32);
  return scene.chance.is(0.5) ? record.argsHash : record.responseHash;
}

function dropEmpty({ wire }: Scene): void {
  for (const chain of wire.chains) chain.batches = chain.batches.filter(({ records }) => records.length > 0);
  wire.chains = wire.chains.filter(({ batches }) => batches.length > 0);
}
