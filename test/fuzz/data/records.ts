import { idOf } from '../../support/cast.ts';
import { wireRecord, writeRecord } from '../wire-record.ts';
import { answer } from './answers.ts';
import {
  othersLogs,
  ownLogs,
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
  'record: tells an argument': rewriting((record, scene) => {
    const { chance } = scene;
    const index = chance.of([0, 0, 1, 2, 7, 2 ** 40]);
    const hashes = chance.is(0.8) ? [anyHash(scene)] : [anyHash(scene), anyHash(scene)];
    if (chance.is(0.2)) record.told = [];
    else record.told.splice(chance.below(record.told.length + 1), chance.below(2), [index, ...hashes]);
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
    (record, { chance }) => (record.version = chance.of([0, 1, 3, 2 ** 32])),
  ),

  'record: two change places': scene => {
    const [one, other] = scene.chance.shuffled(targetsIn(ownLogs(scene)));
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
    target.log.records.push(writeRecord(record));
    target.log.isSignedAnew = true;
    return true;
  },
  'record: left out': scene => {
    const target = ownRecord(scene);
    if (target === undefined) return false;
    target.log.records.splice(target.index, 1);
    target.log.isSignedAnew = scene.chance.is(0.8);
    if (target.log.isSignedAnew) dropEmpty(scene);
    return true;
  },
  'record: moved to another place': scene => {
    const target = ownRecord(scene);
    if (target === undefined) return false;
    const { records } = target.log;
    const [bytes] = records.splice(target.index, 1);
    records.splice(scene.chance.below(records.length + 1), 0, bytes as Uint8Array);
    target.log.isSignedAnew = true;
    return true;
  },
  'record: of an honest peer, in her name': scene => {
    const taken = scene.chance.some(targetsIn(othersLogs(scene)));
    if (taken === undefined) return false;
    append(scene, idOf(scene.chance.of(scene.mallory)), writeRecord(taken.record));
    return true;
  },

  'record: a call that waits is answered': scene => {
    const made = new Set(targetsIn(ownLogs(scene)).map(({ record }) => JSON.stringify(record.site)));
    const waiting = scene.mallory
      .flatMap(name => scene.run.truth.logs.get(idOf(name)) ?? [])
      .flatMap(({ peerId, records }) => records.map(({ record }) => ({ peerId, record: wireRecord(record) })))
      .filter(({ record: { site } }) => !made.has(JSON.stringify(site)));
    const found = scene.chance.some(waiting);
    if (found === undefined) return false;
    const { peerId, record } = found;
    if (scene.chance.is(0.3)) record.outcome = 1 - record.outcome;
    record.responseHash = putValue(scene, answer(scene.chance));
    append(scene, peerId, writeRecord(record));
    return true;
  },
  'record: its bytes': scene => {
    const target = ownRecord(scene);
    if (target === undefined) return false;
    const bytes = [...(target.log.records[target.index] as Uint8Array)];
    const at = scene.chance.below(bytes.length);
    if (scene.chance.is(0.5)) bytes[at] = scene.chance.below(256);
    else bytes.splice(at, scene.chance.below(2), ...scene.chance.bytes(scene.chance.below(3)));
    replace(target, Uint8Array.from(bytes));
    return true;
  },
};

/** One more record of a peer of mallory's. */
function append(scene: Scene, peerId: string, record: Uint8Array): void {
  const peer = peerIndex(scene.wire, peerId);
  const log = scene.wire.logs.find(known => known.peer === peer);
  if (log === undefined)
    scene.wire.logs.push({ peer, records: [record], signature: new Uint8Array(64), isSignedAnew: true });
  else {
    log.records.push(record);
    log.isSignedAnew = true;
  }
}

/** What the data has a hash of, or nothing. */
function anyHash(scene: Scene): Uint8Array {
  const record = scene.chance.some(targetsIn(scene.wire.logs))?.record;
  if (record === undefined || scene.chance.is(0.2)) return scene.chance.bytes(32);
  return scene.chance.is(0.5) ? record.argsHash : record.responseHash;
}

function dropEmpty({ wire }: Scene): void {
  wire.logs = wire.logs.filter(({ records }) => records.length > 0);
}
