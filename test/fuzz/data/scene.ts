import { toHex } from '../../../base/bytes.ts';
import { sha256 } from '../../../interpreter/index.ts';
import { idOf } from '../../support/cast.ts';
import type { Chance } from '../chance.ts';
import type { HonestRun } from '../honest-runs.ts';
import type { Wire, WireLog } from '../wire.ts';
import { readRecord, writeRecord, type WireRecord } from '../wire-record.ts';

/** What mallory has before her: data that honest peers have made, the keys that she holds, and all that she has ever seen. */
export interface Scene {
  readonly chance: Chance;
  readonly wire: Wire;
  readonly run: HonestRun;
  /** Who of the cast she is. */
  readonly mallory: readonly string[];
  /** The receiver of the data. */
  readonly victim: string;
  /** Steps of the run that were done before. */
  readonly past: number;
  /** Another particle. */
  readonly foreign: HonestRun;
  /** Values that no record names are left in. */
  untidy: boolean;
}

/** Changes the data; `false` if it has nothing of what this one changes. */
export type Mutation = (scene: Scene) => boolean;

/** A record of mallory's, where it stands. */
export interface Target {
  readonly log: WireLog;
  readonly index: number;
  readonly record: WireRecord;
}

const isMallorys = ({ wire, mallory }: Scene, log: WireLog): boolean =>
  mallory.some(name => idOf(name) === wire.peers[log.peer]);

export const ownLogs = (scene: Scene): WireLog[] => scene.wire.logs.filter(log => isMallorys(scene, log));

export const othersLogs = (scene: Scene): WireLog[] => scene.wire.logs.filter(log => !isMallorys(scene, log));

/** One of mallory's records; the last ones more often, since a record that was seen already cannot be stated again. */
export function ownRecord(
  scene: Scene,
  isWanted: (record: WireRecord) => boolean = () => true,
): Target | undefined {
  const targets = targetsIn(ownLogs(scene)).filter(({ record }) => isWanted(record));
  return scene.chance.is(0.5) ? targets.at(-1) : scene.chance.some(targets);
}

export const targetsIn = (logs: readonly WireLog[]): Target[] =>
  logs.flatMap(log =>
    log.records.flatMap((bytes, index) => {
      const record = readRecord(bytes);
      return record === undefined ? [] : [{ log, index, record }];
    }),
  );

/** Replaces one of mallory's records, and signs her log again. */
export function replace({ log, index }: Target, record: WireRecord | Uint8Array): void {
  log.records[index] = record instanceof Uint8Array ? record : writeRecord(record);
  log.isSignedAnew = true;
}

/** Changes one of mallory's records. */
export const rewriting =
  (change: (record: WireRecord, scene: Scene) => void): Mutation =>
  scene => {
    const target = ownRecord(scene);
    if (target === undefined) return false;
    change(target.record, scene);
    replace(target, target.record);
    return true;
  };

/** The value, among those of the data, under its hash. */
export function putValue({ wire }: Scene, bytes: Uint8Array): Uint8Array {
  const hash = sha256(bytes);
  if (!wire.values.some(value => toHex(sha256(value)) === toHex(hash))) wire.values.push(bytes);
  return hash;
}

/** Leaves out the values that no record names any more, so that what is wrong with a record is seen for itself. */
export function tidy({ wire }: Scene): void {
  const named = new Set(targetsIn(wire.logs).map(({ record }) => toHex(record.responseHash)));
  wire.values = wire.values.filter(value => named.has(toHex(sha256(value))));
}
