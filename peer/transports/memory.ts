import { messageOf } from '../../services/index.ts';
import type { Particle } from '../particle.ts';
import type { Clock, Random } from '../ports.ts';
import type { HopAnswer, Receive } from '../hop-answer.ts';
import type { SendReport, Transport } from './transport.ts';
import { UnderWay } from './under-way.ts';

/** A particle on its way. */
export interface Message {
  readonly from: string;
  readonly to: string;
  readonly particle: Particle;
}

/** A man in the middle: its return value is delivered instead. `undefined` loses the message. */
export type Interceptor = (message: Message) => Particle | readonly Particle[] | undefined;

/** Another way for a message; `undefined` leaves it to the network. */
export type Detour = (message: Message) => Promise<SendReport> | undefined;

/** The faults of a network in memory: latency, loss, duplication, cuts. All are off by default. */
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
/** A message without an answer for this long counts as lost, milliseconds. */
const ANSWER_WAIT_MS = 1000;

/** A network in one process. Deliveries are timers of an injected clock; faults come from an injected random source. */
export class MemoryNetwork {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #members = new Set<string>();
  readonly #receivers = new Map<string, Receive>();
  readonly #interceptors = new Set<Interceptor>();
  readonly #detours = new Set<Detour>();
  readonly #underWay = new UnderWay();
  #faults: Faults = NO_FAULTS;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  set faults(faults: Partial<Faults>) {
    this.#faults = { ...NO_FAULTS, ...faults };
  }

  /** Puts a man in the middle on all links. @returns A function that removes it. */
  intercept(interceptor: Interceptor): () => void {
    this.#interceptors.add(interceptor);
    return () => void this.#interceptors.delete(interceptor);
  }

  /** Sends messages another way; the first detour that takes a message has it. @returns A function that ends it. */
  detour(detour: Detour): () => void {
    this.#detours.add(detour);
    return () => void this.#detours.delete(detour);
  }

  /** Whether a peer has joined. */
  has(peerId: string): boolean {
    return this.#members.has(peerId);
  }

  /** Hands a particle that has come another way to a peer of this network. */
  arrive({ from, to, particle }: Message): Promise<HopAnswer> {
    const receive = this.#receivers.get(to);
    if (receive !== undefined) return receive(particle, from);
    return Promise.resolve({
      status: 'busy',
      code: 'ERR_PARTICLE_PAUSED',
      message: `\`${to}\` is not running`,
    });
  }

  /** Adds a peer to the network. It can be reached while it is started. */
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
      contacts: {
        list: () =>
          [...this.#members]
            .filter(member => member !== peerId)
            .map(member => ({ peerId: member, addresses: [`/memory/${member}`] })),
        isConnected: other => this.#receivers.has(other) && !this.#faults.isCut(peerId, other),
      },
    };
  }

  async #send(message: Message): Promise<SendReport> {
    const { from, to } = message;
    for (const detour of this.#detours) {
      const report = detour(message);
      if (report !== undefined) return report;
    }
    if (!this.#members.has(to)) {
      return { ok: false, kind: 'permanent', reason: `no peer \`${to}\` on this network` };
    }
    if (this.#faults.isCut(from, to)) {
      return { ok: false, kind: 'transient', reason: `\`${to}\` cannot be reached from \`${from}\`` };
    }
    const end = this.#underWay.begin(from, to, message.particle.data.length);
    if (end === undefined) {
      return { ok: false, kind: 'transient', reason: `too much is on its way to \`${to}\` already` };
    }
    return new Promise<SendReport>(resolve => {
      const reason = `\`${to}\` did not answer within ${ANSWER_WAIT_MS} ms`;
      const cancel = this.#clock.after(ANSWER_WAIT_MS, () =>
        resolve({ ok: false, kind: 'transient', reason }),
      );
      const answer = (report: SendReport): void => {
        cancel();
        resolve(report);
      };
      for (const particle of this.#onTheWire(message)) this.#deliver({ from, to, particle }, answer);
    }).finally(end);
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
          hopAnswer => answer(reportOf(hopAnswer)),
          failure => answer({ ok: false, kind: 'transient', reason: messageOf(failure) }),
        );
      });
    }
  }
}

/** The sender's report for an answer. */
export function reportOf(hopAnswer: HopAnswer): SendReport {
  switch (hopAnswer.status) {
    case 'accepted':
      return { ok: true };
    case 'busy':
      return {
        ok: false,
        kind: 'transient',
        isBusy: true,
        reason: `${hopAnswer.code}: ${hopAnswer.message}`,
      };
    case 'refused': {
      const { code, message, refusal } = hopAnswer;
      return { ok: false, kind: 'permanent', reason: `${code}: ${message}`, ...(refusal && { refusal }) };
    }
  }
}

/** A copy: the sender may change its bytes after sending. */
const copyOf = (particle: Particle): Particle => ({
  ...particle,
  signature: Uint8Array.from(particle.signature),
  data: Uint8Array.from(particle.data),
});
