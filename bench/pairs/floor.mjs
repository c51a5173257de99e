// The floor of a workload: its signatures, verifications and hashes, done by the platform and nothing else.
import { now } from '../clock.mjs';

const crypto = process.getBuiltinModule?.('node:crypto');
const COUNTED = ['sign', 'verify', 'hash'];
const PIECES = 3;
const MEASURE_MS = 100;

const copyOf = value => (value instanceof Uint8Array ? Uint8Array.from(value) : value);

/** Calls of the platform's cryptography while `work` is done. The interpreter looks its functions up at each call. */
function callsDuring(work) {
  const calls = [];
  const originals = COUNTED.map(name => [name, crypto[name]]);
  for (const [name, original] of originals) {
    crypto[name] = (...args) => {
      calls.push([name, args.map(copyOf)]);
      return original.apply(crypto, args);
    };
  }
  try {
    work();
  } finally {
    Object.assign(crypto, Object.fromEntries(originals));
  }
  return calls;
}

/** @returns {{ ms: number, sign: number, verify: number, hash: number }} For one piece of the workload. */
export function floorOf(supply) {
  const calls = callsDuring(() => {
    for (let i = 0; i < PIECES; i++) supply.next();
  });
  const replay = () => {
    for (const [name, args] of calls) crypto[name](...args);
  };
  const times = [];
  const end = now() + MEASURE_MS;
  do {
    const begin = now();
    replay();
    times.push((now() - begin) / PIECES);
  } while (now() < end);
  const count = wanted => calls.filter(([name]) => name === wanted).length / PIECES;
  const ms = times.sort((a, b) => a - b)[times.length >> 1];
  return { ms, sign: count('sign'), verify: count('verify'), hash: count('hash') };
}
