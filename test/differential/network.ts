import type { Random } from '../../peer/index.ts';
import { idOf } from '../support/cast.ts';
import { PEERS, type Answer } from './services.ts';

/**
 * In which order data arrives. `stale` rolls back: now and then a peer, addressed or not, gets data that some peer had at some
 * time; and answers of services arrive a second time, or to requests that nobody made.
 */
export const DELIVERIES = ['fifo', 'lifo', 'random', 'duplicated', 'stale'] as const;
export type Delivery = (typeof DELIVERIES)[number];

/** The same data, as each of the two interpreters has written it. */
export interface Snapshot {
  readonly data: Uint8Array;
  readonly oracleData: Uint8Array;
}

export interface Turn extends Snapshot {
  readonly to: string;
  readonly callResults: ReadonlyMap<number, Answer>;
}

interface Message extends Snapshot {
  readonly to: string;
}

const NONE: Snapshot = { data: new Uint8Array(0), oracleData: new Uint8Array(0) };
const STALE_MAX = 8;

/** What is under way between peers, and between peers and their services. */
export class Network {
  readonly #random: Random;
  readonly #delivery: Delivery;
  readonly #queue: Message[] = [{ to: idOf('alice'), ...NONE }];
  /** Answers not yet delivered, by peer and request id. */
  readonly #answers = new Map<string, Map<number, Answer>>(PEERS.map(name => [idOf(name), new Map()]));
  readonly #delivered = new Map<string, Map<number, Answer>>();
  readonly #history: Snapshot[] = [];
  #stale = 0;

  constructor(random: Random, delivery: Delivery) {
    this.#random = random;
    this.#delivery = delivery;
  }

  answered(peerId: string, id: number, answer: Answer): void {
    this.#answers.get(peerId)?.set(id, answer);
  }

  /** A peer has run: it has this data now, and sends it to these. */
  sent(snapshot: Snapshot, peerIds: readonly string[]): void {
    this.#history.push(snapshot);
    for (const to of peerIds) {
      if (!this.#answers.has(to)) continue;
      this.#queue.push({ to, ...snapshot });
      if (this.#delivery === 'duplicated' && this.#chance(0.4)) this.#queue.push({ to, ...snapshot });
    }
  }

  /** A message, or answers of a service: one or several at a time, sometimes together with a message. Nothing if all is at rest. */
  next(): Turn | undefined {
    const waiting = [...this.#answers].filter(([, answers]) => answers.size > 0);
    const rests = this.#queue.length === 0 && waiting.length === 0;
    if (this.#delivery === 'stale' && this.#stale < STALE_MAX && (rests || this.#chance(0.3))) {
      const old = this.#rollBack();
      if (old !== undefined) return old;
    }
    if (rests) return undefined;
    if (waiting.length > 0 && (this.#queue.length === 0 || this.#chance(0.55))) {
      const [to] = waiting[this.#below(waiting.length)] as [string, unknown];
      return { to, ...NONE, callResults: this.#take(to, 1) };
    }
    const [message] = this.#queue.splice(this.#place(), 1) as [Message];
    return { ...message, callResults: this.#take(message.to, 0.2) };
  }

  #place(): number {
    if (this.#delivery === 'lifo') return this.#queue.length - 1;
    return this.#delivery === 'fifo' ? 0 : this.#below(this.#queue.length);
  }

  #rollBack(): Turn | undefined {
    if (this.#history.length === 0) return undefined;
    this.#stale += 1;
    const to = idOf(PEERS[this.#below(PEERS.length)] as string);
    const callResults = new Map(this.#take(to, 0.2));
    const before = [...(this.#delivered.get(to) ?? [])];
    if (before.length > 0 && this.#chance(0.1))
      callResults.set(...(before[this.#below(before.length)] as [number, Answer]));
    else if (this.#chance(0.05)) callResults.set(900, { retCode: 0, text: '"not requested"' });
    return { to, ...(this.#history[this.#below(this.#history.length)] as Snapshot), callResults };
  }

  #take(peerId: string, probability: number): ReadonlyMap<number, Answer> {
    const taken = new Map<number, Answer>();
    const answers = this.#answers.get(peerId) as Map<number, Answer>;
    if (!this.#chance(probability)) return taken;
    for (const [id, answer] of answers) {
      if (taken.size > 0 && this.#chance(0.4)) continue;
      taken.set(id, answer);
      answers.delete(id);
    }
    this.#delivered.set(peerId, new Map([...(this.#delivered.get(peerId) ?? []), ...taken]));
    return taken;
  }

  #below(count: number): number {
    return Math.floor(this.#random.next() * count);
  }

  #chance(probability: number): boolean {
    return this.#random.next() < probability;
  }
}
