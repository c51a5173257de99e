import { publicKeyOfPeerId } from '../../../interpreter/index.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** The first byte of the public key of a user. */
const USER = 20 << 3;

/**
 * The name under which a NATS server knows a host's key: base32 of a prefix, the public key and its CRC-16.
 *
 * @param hostId The key as a peer id.
 * @throws {TypeError} If it is not a peer id.
 */
export function nkeyOf(hostId: string): string {
  const key = publicKeyOfPeerId(hostId);
  if (key === undefined) throw new TypeError(`nkeyOf: \`${hostId}\` is not a peer id`);
  const bytes = Uint8Array.of(USER, ...key);
  const check = crc16(bytes);
  return base32(Uint8Array.of(...bytes, check & 0xff, check >> 8));
}

/** CRC-16/XMODEM. */
function crc16(bytes: Uint8Array): number {
  let check = 0;
  for (const byte of bytes) {
    check ^= byte << 8;
    for (let bit = 0; bit < 8; bit++)
      check = (check & 0x8000) === 0 ? (check << 1) & 0xffff : ((check << 1) ^ 0x1021) & 0xffff;
  }
  return check;
}

function base32(bytes: Uint8Array): string {
  let [text, held, bits] = ['', 0, 0];
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += ALPHABET.charAt((held >> (bits - 5)) & 31);
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + ALPHABET.charAt((held << (5 - bits)) & 31);
}
