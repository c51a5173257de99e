import { concat, toHex, utf8 } from '../../base/bytes.ts';
import type { Direction } from './frame.ts';
import { Hmac } from './hmac.ts';

/** A key of one channel. */
export interface ChannelKey {
  /** 8 bytes. Public. */
  readonly id: Uint8Array;
  /** 32 bytes. */
  readonly secret: Uint8Array;
}

export const KEY_BYTES = 32;
export const NONCE_BYTES = 16;
const LABEL = concat(utf8('beryl/channel/1'), Uint8Array.of(0));
const WRAP = 3;
const NO_NONCE = new Uint8Array(NONCE_BYTES);

/** The numbers that both sides of a connection have chosen; zeros before one is known. */
export interface Nonces {
  readonly host: Uint8Array;
  readonly service: Uint8Array;
}
export const NO_NONCES: Nonces = { host: NO_NONCE, service: NO_NONCE };

/**
 * The key for the messages of one direction of one connection. Messages of other connections, and of the other direction, have other
 * keys: replayed or reflected, they fail.
 *
 * @spec docs/spec/channel.md#keys-of-a-connection
 */
export const frameHmac = ({ secret }: ChannelKey, direction: Direction, nonces: Nonces): Hmac =>
  derived(secret, direction, nonces);

const derived = (secret: Uint8Array, purpose: number, { host, service }: Nonces): Hmac =>
  new Hmac(new Hmac(secret).of(LABEL, Uint8Array.of(purpose), host, service));

/**
 * Hides a new key under the one in use, or shows it again: it is combined with 32 bytes that only both sides can compute, and that are
 * used for this one key.
 *
 * @spec docs/spec/channel.md#rotation
 */
export function wrapped(under: ChannelKey, nonces: Nonces, { id, secret }: ChannelKey): Uint8Array {
  const pad = derived(under.secret, WRAP, nonces).of(id);
  return secret.map((byte, i) => byte ^ (pad[i] as number));
}

export const keyName = (id: Uint8Array): string => toHex(id);
