/**
 * Hexadecimal, in place. Every hash is a map key and a part of some record, so these run several times per call of a script: they
 * allocate no arrays, which would cost more than the hash itself.
 */
const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The digits as characters, by value. */
const CODES = Uint8Array.from('0123456789abcdef', digit => digit.charCodeAt(0));

const NO_DIGIT = 0xff;
const DIGITS = new Uint8Array(128).fill(NO_DIGIT);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  DIGITS[digit.charCodeAt(0)] = value;
  DIGITS[digit.toUpperCase().charCodeAt(0)] = value;
}

/** Of a hash: written in one piece. Added up, a text of 64 characters takes ten times its room, and is slower to look up. */
const WHOLE = 32;
const codes: number[] = Array.from({ length: 2 * WHOLE }, () => 0);

/** Lower-case digits of `bytes[from … end)`. */
export function hexOf(bytes: Uint8Array, from: number, end: number): string {
  let text = '';
  let at = from;
  for (; end - at >= WHOLE; at += WHOLE) {
    for (let i = 0; i < WHOLE; i++) {
      const byte = bytes[at + i] as number;
      codes[2 * i] = CODES[byte >> 4] as number;
      codes[2 * i + 1] = CODES[byte & 15] as number;
    }
    const part = String.fromCharCode.apply(null, codes);
    text = text === '' ? part : text + part;
  }
  for (; at < end; at++) text += PAIRS[bytes[at] as number];
  return text;
}

/**
 * Writes what an even number of digits stands for.
 *
 * @returns Whether all of `text` is hexadecimal; if not, `target` holds anything.
 */
export function readHex(text: string, target: Uint8Array, at: number): boolean {
  let wrong = 0;
  for (let i = 0; i < text.length; i += 2) {
    const high = DIGITS[text.charCodeAt(i)] ?? NO_DIGIT;
    const low = DIGITS[text.charCodeAt(i + 1)] ?? NO_DIGIT;
    wrong |= (high | low) & 0xf0;
    target[at + (i >> 1)] = (high << 4) | low;
  }
  return wrong === 0;
}
