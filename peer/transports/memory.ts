import { messageOf } from '../../services/index.ts';
import type { Particle } from '../particle.ts';
import type { Clock, Random } from '../ports.ts';
import type { Receipt, Receive } from '../receipt.ts';
import type { SendReport, Transport } from './transport.ts';

/** A particle on its way. */
export interface Message {
  readonly from: string;
  readonly to: string;
  readonly particle: Particle;
}

/** The man in the middle: what it returns is delivered instead. `undefined` loses the message. */
export type Interceptor = (message: Message) => Particle | readonly Particle[] | undefined;

export interface Faults {
  /** Shortest and longest delay, milliseconds. Different delays reorder. */
  readonly latencyMs: readonly [number, number];
  /** Probability that a message is lost. */
  readonly loss: number;
  /** Probability that a message arrives twice. */
  readonly duplication: number;
  /** Whether two peers cannot reach each other now. */
  readonly isCut: (from: string, to: string) => boolean;
}

const NO_FAULTS: Faults = { latencyMs: [1, 1], loss: 0, duplication: 0, isCut: () => false };
/** After so long without an answer a message counts as lost, milliseconds. */
const ANSWER_WAIT_MS = 1000;

/** A network in one process: deliveries are timers of an injected clock, faults come from an injected source of chance. */
export class MemoryNetwork {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #members = new Set<string>();
  readonly #receivers = new Map<string, Receive>();
  readonly #interceptors = new Set<Interceptor>();
  #faults: Faults = NO_FAULTS;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  set faults(faults: Partial<Faults>) {
    this.#faults = { ...NO_FAULTS, ...faults };
  }

  /** Puts somebody on the wire, on all links. @returns Takes them off again. */
  intercept(interceptor: Interceptor): () => void {
    this.#interceptors.add(interceptor);
    return () => void this.#interceptors.delete(interceptor);
  }

  /** A peer that has joined is known, and can be reached while it is started. */
  join(peerId: string): Transport {
    this.#members.add(peerId);
    let own: Receive | undefined;
    return {
      start: receive => {
        own = receive;
        this.#receivers.set(peerId, receive);
      },
      send: (to, particle) => this.#send({ from: peerId, to, particle }),
      stop: () => {
        if (this.#receivers.get(peerId) === own) this.#receivers.delete(peerId);
      },
    };
  }

  async #send(message: Message): Promise<SendReport> {
    const { from, to } = message;
    if (!this.#members.has(to)) {
      return { ok: false, kind: 'permanent', reason: `no peer \`${to}\` on this network` };
    }
    if (this.#faults.isCut(from, to)) {
      return { ok: false, kind: 'transient', reason: `\`${to}\` cannot be reached from \`${from}\`` };
    }
    return new Promise(resolve => {
      const reason = `\`${to}\` did not answer within ${ANSWER_WAIT_MS} ms`;
      const cancel = this.#clock.after(ANSWER_WAIT_MS, () =>
        resolve({ ok: false, kind: 'transient', reason }),
      );
      const answer = (report: SendReport): void => {
        cancel();
        resolve(report);
      };
      for (const particle of this.#onTheWire(message)) this.#deliver({ from, to, particle }, answer);
    });
  }

  #onTheWire(message: Message): readonly Particle[] {
    let particles: readonly Particle[] = [copyOf(message.particle)];
    for (const intercept of this.#interceptors) {
      particles = particles.flatMap(particle => intercept({ ...message, particle }) ?? []);
    }
    return particles;
  }

  #deliver({ from, to, particle }: Message, answer: (report: SendReport) => void): void {
    const { loss, duplication, latencyMs } = this.#faults;
    if (this.#random.next() < loss) return;
    const copies = this.#random.next() < duplication ? 2 : 1;
    const [shortest, longest] = latencyMs;
    for (let i = 0; i < copies; i++) {
      const delay = Math.floor(shortest + this.#random.next() * (longest - shortest + 1));
      this.#clock.after(delay, () => {
        const receive = this.#receivers.get(to);
        if (receive === undefined) {
          answer({ ok: false, kind: 'transient', reason: `\`${to}\` is not running` });
          return;
        }
        receive(particle, from).then(
          receipt => answer(reportOf(receipt)),
          failure => answer({ ok: false, kind: 'transient', reason: messageOf(failure) }),
        );
      });
    }
  }
}

/** What the sender learns of a receipt. */
export function reportOf(receipt: Receipt): SendReport {
  switch (receipt.status) {
    case 'accepted':
      return { ok: true };
    case 'busy':
      return { ok: false, kind: 'transient', reason: `${receipt.code}: ${receipt.message}` };
    case 'refused': {
      const { code, message, refusal } = receipt;
      return { ok: false, kind: 'permanent', reason: `${code}: ${message}`, ...(refusal && { refusal }) };
    }
  }
}

/** What leaves a peer must not change when the peer goes on working with its bytes. */
const copyOf = (particle: Particle): Particle => ({
  ...particle,
  signature: Uint8Array.from(particle.signature),
  data: Uint8Array.from(particle.data),
});
