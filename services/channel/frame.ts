import { addPiece, concat, textOf, utf8, utf8Size } from '../../base/bytes.ts';
import { ChannelError } from './errors.ts';
import type { Hmac } from './hmac.ts';
import { FRAME_OVERHEAD_BYTES } from './limits.ts';

/** Kinds of messages, by their byte. @spec docs/spec/channel.md#types */
export const TYPES = {
  hello: 1,
  welcome: 2,
  ready: 3,
  call: 4,
  answer: 5,
  cancel: 6,
  key: 7,
  taken: 8,
  ask: 9,
  reply: 10,
} as const;
export type FrameType = keyof typeof TYPES;
const NAMES = new Map<number, FrameType>(
  (Object.entries(TYPES) as [FrameType, number][]).map(([name, byte]) => [byte, name]),
);

/** Who sends: the host (1) or the service (2). */
export type Direction = 1 | 2;
export const FROM_HOST: Direction = 1;
export const FROM_SERVICE: Direction = 2;

export const KEY_ID_BYTES = 8;
const MAC_BYTES = 32;
const VERSION = 1;
const LENGTH_BYTES = 4;
/** Version, type, direction, keyed, key id, sequence, time, length of the name. */
const HEAD_BYTES = 4 + KEY_ID_BYTES + 8 + 8 + 2;

/** One message. */
export interface Frame {
  readonly type: FrameType;
  readonly direction: Direction;
  /** 8 bytes; left out: the message is unkeyed. */
  readonly keyId?: Uint8Array | undefined;
  /** Counts the messages of one direction of one connection, from 0. */
  readonly sequence: number;
  /** Milliseconds since 1970, by the sender's clock. */
  readonly timeMs: number;
  /** Channel, or function. */
  readonly name: string;
  /** JSON text. */
  readonly content: string;
}

/** A message that has arrived, with what its MAC is checked against. */
export interface RawFrame extends Frame {
  readonly signed: Uint8Array;
  /** 32 bytes; empty for an unkeyed message. */
  readonly mac: Uint8Array;
}

/** Whether a frame with this name and content is within a bound of bytes. */
export const fits = (content: string, name: string, bytesMax: number): boolean =>
  utf8Size(content) + utf8Size(name) + FRAME_OVERHEAD_BYTES <= bytesMax;

/** Bytes of a message, its length in front. @spec docs/spec/channel.md#frames */
export function encodeFrame(frame: Frame, hmac: Hmac | undefined): Uint8Array {
  const [name, content] = [utf8(frame.name), utf8(frame.content)];
  const signedBytes = HEAD_BYTES + name.length + 4 + content.length;
  const bytes = new Uint8Array(LENGTH_BYTES + signedBytes + (hmac === undefined ? 0 : MAC_BYTES));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length - LENGTH_BYTES);
  bytes.set([VERSION, TYPES[frame.type], frame.direction, hmac === undefined ? 0 : 1], 4);
  if (frame.keyId !== undefined) bytes.set(frame.keyId, 8);
  view.setBigUint64(16, BigInt(frame.sequence));
  view.setBigUint64(24, BigInt(frame.timeMs));
  view.setUint16(32, name.length);
  bytes.set(name, 34);
  view.setUint32(34 + name.length, content.length);
  bytes.set(content, 38 + name.length);
  if (hmac !== undefined) {
    const end = LENGTH_BYTES + signedBytes;
    bytes.set(hmac.of(bytes.subarray(LENGTH_BYTES, end)), end);
  }
  return bytes;
}

/**
 * Reads one message, without its length. Checks the form only.
 *
 * @throws {ChannelError} `ERR_CHANNEL_FRAME`
 */
export function decodeFrame(body: Uint8Array): RawFrame {
  if (body.length < HEAD_BYTES + 4) throw malformed(`${body.length} bytes are too few`);
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const [version, typeByte, direction, keyed] = [0, 1, 2, 3].map(i => view.getUint8(i));
  if (version !== VERSION) throw malformed(`version ${version} is unknown; this side speaks version 1`);
  const type = NAMES.get(typeByte as number);
  if (type === undefined) throw malformed(`type ${typeByte} is unknown`);
  if (direction !== 1 && direction !== 2) throw malformed(`direction ${direction} is neither 1 nor 2`);
  if (keyed !== 0 && keyed !== 1) throw malformed('the byte `keyed` is neither 0 nor 1');
  const nameEnd = HEAD_BYTES + view.getUint16(HEAD_BYTES - 2);
  const contentBegin = nameEnd + 4;
  if (contentBegin > body.length) throw malformed('the name is longer than the frame');
  const signedBytes = contentBegin + view.getUint32(nameEnd);
  if (signedBytes + keyed * MAC_BYTES !== body.length) throw malformed('the lengths do not add up');
  const name = textOf(body.subarray(HEAD_BYTES, nameEnd));
  const content = textOf(body.subarray(contentBegin, signedBytes));
  if (name === undefined || content === undefined) throw malformed('name or content is not UTF-8');
  return {
    type,
    direction,
    keyId: keyed === 1 ? body.slice(4, 4 + KEY_ID_BYTES) : undefined,
    sequence: safe(view.getBigUint64(12)),
    timeMs: safe(view.getBigUint64(20)),
    name,
    content,
    signed: body.subarray(0, signedBytes),
    mac: body.subarray(signedBytes),
  };
}

const malformed = (what: string): ChannelError =>
  new ChannelError('ERR_CHANNEL_FRAME', `a message is malformed: ${what}`);

function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed('a number is over 2^53 − 1');
  return Number(value);
}

/** Cuts a stream of bytes into messages. Holds what has arrived, never what was only announced. */
export class FrameSplitter {
  #bytesMax: number;
  #pieces: Uint8Array[] = [];
  #size = 0;
  #needed = LENGTH_BYTES;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  set bytesMax(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Whether bytes are held: after `next` has given all whole messages, those of one that is not complete. */
  get isHolding(): boolean {
    return this.#size > 0;
  }

  push(piece: Uint8Array): void {
    this.#size += piece.length;
    addPiece(this.#pieces, piece);
  }

  /** @returns The next whole message without its length, if it is there. @throws {ChannelError} `ERR_CHANNEL_FRAME`: it is too large. */
  next(): Uint8Array | undefined {
    while (this.#size >= this.#needed) {
      const bytes = this.#pieces.length === 1 ? (this.#pieces[0] as Uint8Array) : concat(...this.#pieces);
      this.#pieces = [bytes];
      const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0);
      if (length > this.#bytesMax)
        throw new ChannelError(
          'ERR_CHANNEL_FRAME',
          `a message of ${length} bytes is over the bound of ${this.#bytesMax}`,
        );
      this.#needed = LENGTH_BYTES + length;
      if (bytes.length < this.#needed) return undefined;
      const body = bytes.subarray(LENGTH_BYTES, this.#needed);
      const rest = bytes.subarray(this.#needed);
      this.#pieces = rest.length === 0 ? [] : [rest];
      this.#size -= this.#needed;
      this.#needed = LENGTH_BYTES;
      return body;
    }
    return undefined;
  }
}
