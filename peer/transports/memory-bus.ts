import { messageOf } from '../../services/index.ts';
import type { Clock, Random } from '../ports.ts';
import type { Link, LinkHost, LinkReply } from './link.ts';
import type { Faults } from './memory.ts';
import { UnderWay } from './under-way.ts';

/** A frame on its way. */
export interface Frame {
  readonly kind: 'request' | 'answer';
  readonly from: string;
  readonly to: string;
  readonly bytes: Uint8Array;
}

/** Somebody on the bus: what it returns is delivered instead. `undefined` loses the frame. */
export type Tap = (frame: Frame) => Uint8Array | readonly Uint8Array[] | undefined;

/** How a bus in memory behaves. */
export interface BusOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Larger frames are reported as `too-large`; 80 MiB if left out. */
  readonly frameBytesMax?: number;
  /** Whether receivers learn from whom the bus has a frame; `false` if left out: an envelope must say so. */
  readonly isAuthenticated?: boolean;
}

const NO_FAULTS: Faults = { latencyMs: [0, 0], loss: 0, duplication: 0, isCut: () => false };
/** After so long without an answer a frame counts as lost, milliseconds. */
const ANSWER_WAIT_MS = 1000;
const FRAME_BYTES_MAX = 80 * 1024 * 1024;

/** A bus for bytes in one process, with faults: what `MemoryNetwork` is for particles. */
export class MemoryBus {
  readonly #options: BusOptions;
  readonly #hosts = new Map<string, LinkHost>();
  readonly #taps = new Set<Tap>();
  readonly #underWay = new UnderWay();
  #faults: Faults = NO_FAULTS;

  constructor(options: BusOptions) {
    this.#options = options;
  }

  set faults(faults: Partial<Faults>) {
    this.#faults = { ...NO_FAULTS, ...faults };
  }

  /** Puts somebody on the bus, on all links. @returns Takes them off again. */
  tap(tap: Tap): () => void {
    this.#taps.add(tap);
    return () => void this.#taps.delete(tap);
  }

  /** Delivers a request under any name, as a holder of bus credentials can. */
  publish(from: string, to: string, bytes: Uint8Array): Promise<LinkReply> {
    return this.#request({ kind: 'request', from, to, bytes });
  }

  join(): Link {
    let own: LinkHost | undefined;
    return {
      start: host => {
        own = host;
        this.#hosts.set(host.peerId, host);
      },
      request: (to, bytes) => {
        if (own === undefined) return Promise.resolve(transient('the link is not started'));
        return this.#request({ kind: 'request', from: own.peerId, to, bytes });
      },
      disconnect: () => undefined,
      stop: () => {
        if (own !== undefined && this.#hosts.get(own.peerId) === own) this.#hosts.delete(own.peerId);
        own = undefined;
      },
    };
  }

  #request(frame: Frame): Promise<LinkReply> {
    const { clock, frameBytesMax = FRAME_BYTES_MAX } = this.#options;
    const { from, to, bytes } = frame;
    if (bytes.length > frameBytesMax) {
      const reason = `a frame of ${bytes.length} bytes is over the bus’s ${frameBytesMax}`;
      return Promise.resolve({ ok: false, kind: 'too-large', reason });
    }
    if (this.#faults.isCut(from, to)) {
      return Promise.resolve(transient(`\`${to}\` cannot be reached from \`${from}\``));
    }
    const end = this.#underWay.begin(from, to, bytes.length);
    if (end === undefined) return Promise.resolve(transient(`too much is on its way to \`${to}\` already`));
    return new Promise<LinkReply>(resolve => {
      const lost = transient(`\`${to}\` did not answer within ${ANSWER_WAIT_MS} ms`);
      const cancel = clock.after(ANSWER_WAIT_MS, () => resolve(lost));
      this.#carry({ ...frame, bytes: bytes.slice() }, request => {
        const host = this.#hosts.get(to);
        const known = this.#options.isAuthenticated === true ? from : undefined;
        if (host === undefined || (known !== undefined && host.isDenied(known))) return;
        host.answer(request, known).then(
          answer =>
            this.#carry({ kind: 'answer', from: to, to: from, bytes: answer }, received => {
              cancel();
              resolve({ ok: true, frame: received });
            }),
          failure => resolve(transient(messageOf(failure))),
        );
      });
    }).finally(end);
  }

  #carry(frame: Frame, deliver: (bytes: Uint8Array) => void): void {
    const { loss, duplication, latencyMs } = this.#faults;
    const { clock, random } = this.#options;
    if (loss > 0 && random.next() < loss) return;
    const copies = duplication > 0 && random.next() < duplication ? 2 : 1;
    const [shortest, longest] = latencyMs;
    for (const bytes of this.#tapped(frame)) {
      for (let i = 0; i < copies; i++) {
        const delay = Math.floor(shortest + random.next() * (longest - shortest + 1));
        clock.after(delay, () => deliver(bytes));
      }
    }
  }

  #tapped(frame: Frame): readonly Uint8Array[] {
    let all: readonly Uint8Array[] = [frame.bytes];
    for (const tap of this.#taps) {
      all = all.flatMap(bytes => {
        const given = tap({ ...frame, bytes });
        return given === undefined ? [] : given instanceof Uint8Array ? [given] : [...given];
      });
    }
    return all;
  }
}

const transient = (reason: string): LinkReply => ({ ok: false, kind: 'transient', reason });
