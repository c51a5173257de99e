import { toHex } from '../../../base/bytes.ts';
import { sha256 } from '../../../interpreter/index.ts';
import { idOf } from '../../support/cast.ts';
import type { Chance } from '../chance.ts';
import type { HonestRun } from '../honest-runs.ts';
import type { Wire, WireBatch, WireChain } from '../wire.ts';
import { readRecord, writeRecord, type WireRecord } from '../wire-record.ts';

/** What mallory has before her: data that honest peers have made, the keys that she holds, and all that she has ever seen. */
export interface Scene {
  readonly chance: Chance;
  readonly wire: Wire;
  readonly run: HonestRun;
  /** Who of the cast she is. */
  readonly mallory: readonly string[];
  /** To whom the data goes. */
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
  readonly chain: WireChain;
  readonly batch: WireBatch;
  readonly index: number;
  readonly record: WireRecord;
}

const isMallorys = ({ wire, mallory }: Scene, chain: WireChain): boolean =>
  mallory.some(name => idOf(name) === wire.peers[chain.peer]);

export const ownChains = (scene: Scene): WireChain[] =>
  scene.wire.chains.filter(chain => isMallorys(scene, chain));

export const othersChains = (scene: Scene): WireChain[] =>
  scene.wire.chains.filter(chain => !isMallorys(scene, chain));

/** One of mallory's records; the last ones more often, since what was seen already cannot be told anew. */
export function ownRecord(
  scene: Scene,
  isWanted: (record: WireRecord) => boolean = () => true,
): Target | undefined {
  const targets = targetsIn(ownChains(scene)).filter(({ record }) => isWanted(record));
  return scene.chance.is(0.5) ? targets.at(-1) : scene.chance.some(targets);
}

export const targetsIn = (chains: readonly WireChain[]): Target[] =>
  chains.flatMap(chain =>
    chain.batches.flatMap(batch =>
      batch.records.flatMap((bytes, index) => {
        const record = readRecord(bytes);
        return record === undefined ? [] : [{ chain, batch, index, record }];
      }),
    ),
  );

/** Puts a record in place of one of mallory's, and signs her history anew. */
export function replace({ chain, batch, index }: Target, record: WireRecord | Uint8Array): void {
  batch.records[index] = record instanceof Uint8Array ? record : writeRecord(record);
  chain.signing = 'chain';
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
  const named = new Set(targetsIn(wire.chains).map(({ record }) => toHex(record.responseHash)));
  wire.values = wire.values.filter(value => named.has(toHex(sha256(value))));
}
