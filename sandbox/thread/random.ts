/**
 * Numbers from 0 to 1 that follow from a seed (sfc32, by Chris Doty-Humphrey). Not for keys: whoever sees some of them can tell the others.
 *
 * @param seed Four 32-bit numbers.
 */
export function randomOf(seed: readonly number[]): () => number {
  let [a = 0, b = 0, c = 0, d = 0] = seed;
  return () => {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
}
