/**
 * Floats as AquaVM reads them out of JSON: as many digits as fit into 64 bits, then one multiplication or division by a power of ten. For
 * some texts of 16 digits and more that is one unit in the last place beside the nearest double, which Beryl reads.
 */
const NUMBER = /-?(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?/g;
const STRING = /"(?:[^"\\]|\\.)*"/g;
const SIGNIFICAND_MAX = 2n ** 64n - 1n;

/** Whether AquaVM reads another number than is written somewhere in a JSON text. */
export function hasInexactNumber(json: string): boolean {
  const numbers = json.replaceAll(STRING, '').matchAll(NUMBER);
  return [...numbers].some(
    ([text, whole = '', fraction, exponent]) =>
      (fraction !== undefined || exponent !== undefined || BigInt(whole) > SIGNIFICAND_MAX) &&
      read(whole, fraction ?? '', exponent ?? '0') !== Math.abs(Number(text)),
  );
}

function read(whole: string, fraction: string, exponent: string): number {
  const head = accumulate(0n, whole);
  const tail = accumulate(head.significand, fraction);
  let value = Number(tail.significand);
  let scale = Number(exponent) + whole.length - head.taken - tail.taken;
  for (; Math.abs(scale) > 308 && value !== 0; scale += 308) {
    if (scale > 0) return Infinity;
    value /= 1e308;
  }
  if (value === 0) return 0;
  return scale >= 0 ? value * Number(`1e${scale}`) : value / Number(`1e${-scale}`);
}

function accumulate(start: bigint, digits: string): { significand: bigint; taken: number } {
  let significand = start;
  let taken = 0;
  for (const digit of digits) {
    const next = significand * 10n + BigInt(digit);
    if (next > SIGNIFICAND_MAX) break;
    significand = next;
    taken += 1;
  }
  return { significand, taken };
}
