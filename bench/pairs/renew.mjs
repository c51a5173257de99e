// The same input for another particle: its peers sign their logs again. So one input that took long to make gives as many as are needed.
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { seedOf } from '../engines/peers.mjs';
import { signatureOf } from '../engines/beryl.mjs';

// Imported by name: what `floor.mjs` counts are the calls of the interpreter.
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const keyOf = peerId =>
  createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seedOf(peerId)]), format: 'der', type: 'pkcs8' });

/** Next item of deterministic CBOR: `[end of its head, its number]`. */
function head(bytes, at) {
  const additional = bytes[at] & 31;
  if (additional < 24) return [at + 1, additional];
  const width = 1 << (additional - 24);
  return [at + 1 + width, bytes.subarray(at + 1, at + 1 + width).reduce((all, byte) => all * 256 + byte, 0)];
}

/** @returns {[unknown, number]} What stands there, and where it ends: numbers, byte and text strings as `{ start, end }`, arrays. */
function read(bytes, at) {
  const [start, number] = head(bytes, at);
  const major = bytes[at] >> 5;
  if (major === 0) return [number, start];
  if (major !== 4) return [{ start, end: start + number }, start + number];
  const items = [];
  let end = start;
  for (let i = 0; i < number; i++) [items[i], end] = read(bytes, end);
  return [items, end];
}

/** Root of the tree of RFC 6962 over hashes of leaves. */
function rootOf(leaves) {
  if (leaves.length === 1) return leaves[0];
  let left = 1;
  while (left * 2 < leaves.length) left *= 2;
  return sha256(Uint8Array.of(1), rootOf(leaves.slice(0, left)), rootOf(leaves.slice(left)));
}

/** All that a signature of each log needs but the particle. */
function logsOf(data) {
  if (data.length === 0) return [];
  const [[, , peers, , logs]] = read(data, 0);
  return logs.map(([peer, records, signature]) => {
    const peerId = Buffer.from(data.subarray(peers[peer].start, peers[peer].end)).toString();
    const count = Buffer.alloc(8);
    count.writeBigUInt64BE(BigInt(records.length));
    const leaves = records.map(({ start, end }) => sha256(Uint8Array.of(0), data.subarray(start, end)));
    return {
      end: Buffer.concat([Buffer.from(peerId), count, rootOf(leaves)]),
      key: keyOf(peerId),
      at: signature.start,
    };
  });
}

/**
 * @param {import('../engines/peers.mjs').Input} input Of Beryl.
 * @returns {(particle: number) => import('../engines/peers.mjs').Input}
 */
export function renewing(input) {
  const logs = { prev: logsOf(input.prev), current: logsOf(input.current) };
  const renewed = (which, particleSignature) => {
    const data = input[which].slice();
    for (const { end, key, at } of logs[which])
      data.set(sign(null, sha256('beryl/log/2', particleSignature, end), key), at);
    return data;
  };
  return particle => {
    const particleSignature = signatureOf(particle);
    return {
      ...input,
      particle,
      prev: renewed('prev', particleSignature),
      current: renewed('current', particleSignature),
    };
  };
}
