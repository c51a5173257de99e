import { concat } from '../../../base/bytes.ts';
import { peerIdOf } from '../../../interpreter/index.ts';
import { idOf, NAMES } from '../../support/cast.ts';
import type { Mutation } from './scene.ts';

/** Texts that are not peer ids, and ids of keys under which a signature proves nothing. */
const IDS = [
  '',
  '12D3KooW',
  '12D3KooW'.padEnd(52, 'x'),
  '1'.repeat(52),
  'x'.repeat(256),
  'x'.repeat(257),
  'é'.repeat(26),
  peerIdOf(concat(new Uint8Array([1]), new Uint8Array(31))),
  peerIdOf(new Uint8Array(32)),
  peerIdOf(new Uint8Array(32).fill(255)),
];

/** The table of peers, and the numbers at the head of the data. */
export const PEERS: Readonly<Record<string, Mutation>> = {
  'peers: one is another': ({ wire, chance }) => {
    if (wire.peers.length === 0) return false;
    wire.peers[chance.below(wire.peers.length)] = idOf(chance.of(NAMES));
    return true;
  },
  'peers: one is none': ({ wire, chance }) => {
    if (wire.peers.length === 0) return false;
    wire.peers[chance.below(wire.peers.length)] = chance.of(IDS);
    return true;
  },
  'peers: in another order': ({ wire, chance }) => {
    if (wire.peers.length < 2) return false;
    wire.peers = chance.shuffled(wire.peers);
    return true;
  },
  'peers: one twice': ({ wire, chance }) => {
    const peer = chance.some(wire.peers);
    if (peer === undefined) return false;
    wire.peers.push(peer);
    return true;
  },
  'peers: some that nothing names': ({ wire, chance }) => {
    wire.peers.push(...Array.from({ length: 1 + chance.below(300) }, (_, i) => `nobody${i}`));
    return true;
  },
  'peers: one too few': ({ wire }) => wire.peers.pop() !== undefined,
  'head: another last request id': ({ wire, chance }) => {
    wire.lastRequestId = chance.of([0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER]);
    return true;
  },
  'head: another version': ({ wire, chance }) => {
    wire.version = chance.of([0, 1, 3, 255, 2 ** 40]);
    return true;
  },
};
