import { NAMES, idOf } from '../../support/cast.ts';
import { peerIndex, type WireLog } from '../wire.ts';
import { othersLogs, ownLogs, type Mutation, type Scene } from './scene.ts';

/** Changes a log of mallory, which is then signed again. */
const resigning =
  (change: (log: WireLog, scene: Scene) => boolean): Mutation =>
  scene => {
    const log = scene.chance.some(ownLogs(scene).filter(hasRecords));
    if (log === undefined || !change(log, scene)) return false;
    log.isSignedAnew = scene.chance.is(0.85);
    return true;
  };

/** Changes any log, whose signature stays as it is. */
const handling =
  (change: (records: Uint8Array[], scene: Scene) => Uint8Array[] | undefined): Mutation =>
  scene => {
    const log = scene.chance.some(scene.wire.logs.filter(hasRecords));
    const changed = log && change(log.records, scene);
    if (log === undefined || changed === undefined) return false;
    log.records = changed;
    if (changed.length === 0 && scene.chance.is(0.8))
      scene.wire.logs = scene.wire.logs.filter(other => other !== log);
    return true;
  };

/** Not emptied by a mutation before. */
const hasRecords = ({ records }: WireLog): boolean => records.length > 0;

const without = <T>(list: readonly T[], at: number): T[] => list.filter((_, i) => i !== at);

const twice = (records: Uint8Array[], at: number): Uint8Array[] => [
  ...records.slice(0, at + 1),
  ...records.slice(at),
];

/** Logs: of other records, in another order, in another name, under another signature. */
export const LOGS: Readonly<Record<string, Mutation>> = {
  'log: in another order, signed anew': resigning((log, { chance }) => {
    log.records = chance.shuffled(log.records);
    return log.records.length > 1;
  }),
  'log: a record twice, signed anew': resigning((log, { chance }) => {
    log.records = twice(log.records, chance.below(log.records.length));
    return true;
  }),
  'log: an older one, signed anew': resigning((log, { chance }) => {
    log.records = log.records.slice(0, 1 + chance.below(log.records.length));
    return true;
  }),
  'log: without records': resigning(log => {
    log.records = [];
    return true;
  }),
  'log: goes on with another story of hers': scene => {
    const log = scene.chance.some(ownLogs(scene));
    const other = log && scene.run.fork.truth.logs.get(scene.wire.peers[log.peer] as string);
    if (log === undefined || other === undefined) return false;
    const from = scene.chance.below(log.records.length + 1);
    const rest = other.records.slice(scene.chance.is(0.7) ? from : 0).map(({ bytes }) => bytes);
    log.records.splice(from, log.records.length, ...rest);
    log.isSignedAnew = true;
    return true;
  },

  'log: a record left out': handling((records, { chance }) => without(records, chance.below(records.length))),
  'log: the newest records left out': handling((records, { chance }) =>
    records.slice(0, -1 - chance.below(records.length)),
  ),
  'log: a record twice': handling((records, { chance }) => twice(records, chance.below(records.length))),
  'log: in another order': handling((records, { chance }) =>
    records.length < 2 ? undefined : chance.shuffled(records),
  ),
  'log: another signature': scene => {
    const { chance, wire } = scene;
    const log = chance.some(wire.logs);
    if (log === undefined) return false;
    log.signature = Uint8Array.from(log.signature);
    const place = chance.below(64);
    log.signature[place] = (log.signature[place] as number) ^ (1 << chance.below(8));
    return true;
  },
  'log: the signature of another time': ({ run, chance, past, wire }) => {
    const log = chance.some(wire.logs);
    const older = log && run.dataAfter(chance.below(past)).logs.get(wire.peers[log.peer] as string);
    if (log === undefined || older === undefined) return false;
    log.signature = older.signature;
    return true;
  },
  'log: the signature of another log': ({ chance, wire }) => {
    const [one, other] = chance.shuffled(wire.logs);
    if (one === undefined || other === undefined) return false;
    one.signature = other.signature;
    return true;
  },

  'log: left out': ({ wire, chance }) => {
    if (wire.logs.length === 0) return false;
    wire.logs.splice(chance.below(wire.logs.length), 1);
    return true;
  },
  'log: twice': ({ wire, chance }) => {
    const log = chance.some(wire.logs);
    if (log === undefined) return false;
    wire.logs.push({ ...log });
    return true;
  },
  'log: in another name': scene => {
    const log = scene.chance.some(scene.wire.logs);
    if (log === undefined) return false;
    log.peer = peerIndex(scene.wire, idOf(scene.chance.of(NAMES)));
    if (scene.chance.is(0.3)) log.peer = scene.chance.below(scene.wire.peers.length + 2);
    log.isSignedAnew = scene.chance.is(0.5);
    return true;
  },
  'log: of an honest peer, gone on with by mallory': scene => {
    const log = scene.chance.some(othersLogs(scene));
    if (log === undefined) return false;
    log.records.push(...log.records.slice(-1));
    log.isSignedAnew = true;
    return true;
  },
  'log: in another order among the logs': ({ wire, chance }) => {
    if (wire.logs.length < 2) return false;
    wire.logs = chance.shuffled(wire.logs);
    return true;
  },
};
