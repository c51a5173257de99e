import { headOf } from '../../interpreter/log/head.ts';
import { TreeHash } from '../../interpreter/log/tree-hash.ts';
import { NAMES, signer } from '../support/cast.ts';
import type { Wire } from './wire.ts';

/** Signs what was changed with the keys that mallory holds: what she attributes to others is signed with one of her own. */
export function signLogs(wire: Wire, mallory: readonly string[], particleSignature: Uint8Array): void {
  for (const log of wire.logs) {
    if (!log.isSignedAnew || log.records.length === 0) continue;
    const peerId = wire.peers[log.peer] ?? '';
    const key = signer(mallory.find(name => signer(name).peerId === peerId) ?? (mallory[0] as string));
    const tree = new TreeHash();
    for (const record of log.records) tree.append(record);
    const { length } = log.records;
    log.signature = key.sign(headOf(particleSignature, peerId, length, tree.root(length)));
  }
}

const names = new Map(NAMES.map(name => [signer(name).peerId, name]));
/** The member of the cast that has this peer id. */
export const nameOf = (peerId: string): string => names.get(peerId as never) ?? peerId;
