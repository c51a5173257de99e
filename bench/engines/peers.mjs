// The cast: as many peers as the largest workload needs. The first one is the init peer of every particle.
import { sha256, signerOf } from 'beryl/interpreter';

export const PEERS = Array.from({ length: 101 }, (_, i) => {
  const seed = sha256(`peer${i}`);
  return { seed, peerId: signerOf(seed).peerId };
});

const byId = new Map(PEERS.map(peer => [peer.peerId, peer]));

/** Text of a peer id. */
export const id = i => PEERS[i].peerId;
export const INIT = id(0);
export const seedOf = peerId => byId.get(peerId).seed;

export const EMPTY = new Uint8Array(0);

/**
 * What one run of an interpreter is given.
 *
 * @typedef {object} Input
 * @property {string} to          Peer that runs.
 * @property {string} air         Script.
 * @property {number} particle    Number of the particle. Each has an id and a signature of its own.
 * @property {Uint8Array} prev    What the peer knew.
 * @property {Uint8Array} current What arrived.
 * @property {[number, string][]} results Answers of services: request id, JSON.
 */
