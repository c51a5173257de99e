import type { Random } from './ports.ts';

/** Randomness from a seed (sfc32): one seed is one run. Not for keys. */
export function seededRandom(seed: number): Random {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, seed >>> 0, (Math.floor(seed / 2 ** 32) >>> 0) + 1];
  const next32 = (): number => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let i = 0; i < 15; i++) next32();
  return {
    next: () => next32() / 2 ** 32,
    bytes: count => Uint8Array.from({ length: count }, () => next32() >>> 24),
  };
}
