import { toHex } from '../../base/bytes.ts';
import {
  FIRST_PREVIOUS,
  headBytes,
  headOf,
  type SealedRecord,
} from '../../interpreter/provenance/record-batch.ts';
import { NAMES, signer } from '../support/cast.ts';
import type { Wire, WireChain } from './wire.ts';

/** Signs what was changed with the keys that mallory holds: what she attributes to others is signed with one of her own. */
export function signChains(wire: Wire, mallory: readonly string[], particleSignature: Uint8Array): void {
  for (const chain of wire.chains) {
    if (chain.signing !== 'nothing')
      signChain(chain, wire.peers[chain.peer] ?? '', mallory, particleSignature);
  }
}

function signChain(
  chain: WireChain,
  peerId: string,
  mallory: readonly string[],
  particleSignature: Uint8Array,
): void {
  const key = signer(mallory.find(name => signer(name).peerId === peerId) ?? (mallory[0] as string));
  let previous = FIRST_PREVIOUS;
  let count = 0;
  for (const batch of chain.batches) {
    if (chain.signing === 'chain') batch.previous = headBytes(previous);
    count += batch.records.length;
    if (batch.records.length === 0) continue;
    const sealed = batch.records.map(bytes => ({ bytes }) as SealedRecord);
    const head = headOf(particleSignature, peerId, toHex(batch.previous), count, sealed);
    batch.signature = key.sign(headBytes(head));
    previous = head;
  }
}

const names = new Map(NAMES.map(name => [signer(name).peerId, name]));
/** The member of the cast that has this peer id. */
export const nameOf = (peerId: string): string => names.get(peerId as never) ?? peerId;
