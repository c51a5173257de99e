import { fromHex } from '../base/bytes.ts';
import { sha256, signerOf, type Signer } from '../interpreter/index.ts';
import type { NetworkFile } from './network-file.ts';

/** The keys of the peers of a network file, by name. */
export const signersOf = ({ peers }: NetworkFile): (readonly [string, Signer])[] =>
  Object.entries(peers).map(([name, { seed }]) => [name, signerOf(seedOf(name, seed))] as const);

/** Ids of the peers of a network file, by name. */
export const peerIdsOf = (network: NetworkFile): ReadonlyMap<string, string> =>
  new Map(signersOf(network).map(([name, { peerId }]) => [name, peerId]));

/** 32 bytes: the seed of a peer in its network file, or one made from its name. */
export const seedOf = (name: string, seed: string | undefined): Uint8Array =>
  (seed === undefined ? undefined : fromHex(seed)) ?? sha256(`beryl demo ${name}`);
