import type { Clock } from '../clock.ts';
import { frameHmac, NO_NONCES } from './channel-key.ts';
import type { ChannelKey, Nonces } from './channel-key.ts';
import { encodeFrame } from './frame.ts';
import type { Direction, FrameType } from './frame.ts';
import type { Hmac } from './hmac.ts';

/** Makes the messages of one direction of one connection: counts them, and adds MACs once there is a key. */
export class Outlet {
  readonly #direction: Direction;
  readonly #clock: Clock;
  #key: ChannelKey | undefined;
  #hmac: Hmac | undefined;
  #sequence = 0;

  constructor(direction: Direction, clock: Clock) {
    this.#direction = direction;
    this.#clock = clock;
  }

  get key(): ChannelKey | undefined {
    return this.#key;
  }

  use(key: ChannelKey | undefined, nonces: Nonces = NO_NONCES): void {
    this.#key = key;
    this.#hmac = key && frameHmac(key, this.#direction, nonces);
  }

  /** Bytes of the next message. Each must be sent: the other side misses one that is not. */
  seal(type: FrameType, name: string, content: string): Uint8Array {
    const sequence = this.#sequence++;
    const [direction, keyId, timeMs] = [this.#direction, this.#key?.id, Math.floor(this.#clock.now())];
    return encodeFrame({ type, direction, keyId, sequence, timeMs, name, content }, this.#hmac);
  }
}
