import { equalBytes } from '../../base/bytes.ts';
import type { Clock } from '../clock.ts';
import { keyName } from './channel-key.ts';
import type { ChannelErrorCode } from './errors.ts';
import type { Direction, RawFrame } from './frame.ts';
import type { Hmac } from './hmac.ts';
import type { ChannelMode } from './mode.ts';

/** Why a message is rejected, or in `monitor` noted. */
export interface Objection {
  readonly code: ChannelErrorCode;
  readonly message: string;
  /** The connection cannot go on: the messages behind this one cannot be in order any more. */
  readonly isFatal?: boolean;
}

export interface GateOptions {
  readonly mode: ChannelMode;
  /** Whose messages arrive here. */
  readonly from: Direction;
  readonly clock: Clock;
  readonly windowMs: number;
  /** The key that a message may use now, derived for this connection; `undefined` for every other. */
  hmacOf(keyId: Uint8Array, frame: RawFrame): Hmac | undefined;
}

/**
 * Decides which messages of a connection are processed. The order of the checks: direction, keyed, key, MAC, sequence, time. Nothing of a
 * message is used before its MAC is right.
 *
 * @spec docs/spec/channel.md#what-a-receiver-checks
 */
export class Gate {
  readonly #options: GateOptions;
  #next = 0;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** @returns Nothing for a message that is proven, else what is wrong with it. */
  check(frame: RawFrame): Objection | undefined {
    const { mode, from } = this.#options;
    if (frame.direction !== from)
      return {
        code: 'ERR_CHANNEL_DIRECTION',
        message: 'a message comes back to the side that sends such messages',
      };
    if (mode === 'off') return undefined;
    return this.#proof(frame) ?? this.#order(frame);
  }

  #proof(frame: RawFrame): Objection | undefined {
    const { keyId, mac, signed } = frame;
    if (keyId === undefined) {
      return {
        code: 'ERR_CHANNEL_UNKEYED',
        message:
          'a message has no MAC; give the other side a key, or set `mode` to `monitor` for the time of the change',
      };
    }
    const hmac = this.#options.hmacOf(keyId, frame);
    if (hmac === undefined)
      return {
        code: 'ERR_CHANNEL_KEY',
        message: `key \`${keyName(keyId)}\` is unknown, used, revoked or out of date; start the other side with a new one-time key`,
      };
    if (!equalBytes(hmac.of(signed), mac))
      return {
        code: 'ERR_CHANNEL_MAC',
        message: 'the MAC of a message is wrong: it was forged, changed, or recorded elsewhere',
      };
    return undefined;
  }

  #order({ sequence, timeMs }: RawFrame): Objection | undefined {
    const { clock, windowMs } = this.#options;
    const expected = this.#next;
    if (sequence < expected)
      return { code: 'ERR_CHANNEL_SEQUENCE', message: `message ${sequence} was here before` };
    this.#next = sequence + 1;
    if (sequence > expected)
      return {
        code: 'ERR_CHANNEL_SEQUENCE',
        message: `message ${sequence} came instead of ${expected}: one is missing, or the order was changed`,
        isFatal: true,
      };
    const offMs = Math.abs(clock.now() - timeMs);
    if (offMs > windowMs)
      return {
        code: 'ERR_CHANNEL_TIME',
        message: `the time of a message is ${offMs} ms off; set both clocks right, or raise \`windowMs\``,
      };
    return undefined;
  }
}
