import { callKeyOf } from '../services/index.ts';
import type { CallRequest, CallResult } from '../interpreter/index.ts';
import { deadlineOf, particleKey, type ParticleHeader } from './particle.ts';
import type { HopAnswer } from './hop-answer.ts';
import type { Settler } from './settlement.ts';
import type { StoredParticle } from './stores/store.ts';

/** A copy of a particle that waits for its run. */
export interface Copy {
  readonly data: Uint8Array;
  readonly from: string;
  /** Hash of the data. */
  readonly hash: string;
  /** Tells the sender what became of it. */
  readonly answer: (hopAnswer: HopAnswer | Promise<HopAnswer>) => void;
}

/** An answer to a request, and the call that it answers. */
export interface Answer {
  readonly call: string;
  readonly result: CallResult;
}

/** A call that the particle waits for. */
export interface AwaitedCall {
  readonly key: string;
  readonly request: CallRequest;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** A peer to which the particle was sent. */
export interface SentTo {
  /** When it was sent first: milliseconds since 1970. */
  readonly since: number;
  /** The newest data that is on its way, or waits to be sent again; `undefined` once it was acknowledged. */
  pending: Uint8Array | undefined;
  attempts: number;
  /** Why the last attempt failed. */
  failure: string | undefined;
  cancelRetry: (() => void) | undefined;
}

const NO_DATA = new Uint8Array(0);
/** Most particles wait for one thing at a time, and many may live: a map is made when something is put into it. */
const NONE: ReadonlyMap<never, never> = new Map<never, never>();

/**
 * One execution on this peer: what waits for its next run, and what it waits for. Runs of one actor never overlap: the next
 * begins when the store has kept the one before.
 */
export class Actor {
  readonly header: ParticleHeader;
  readonly key: string;
  readonly deadline: number;
  /** Set on the peer that started the particle. */
  settler: Settler | undefined;
  /** In the order of arrival. */
  copies: Copy[] = [];
  /** The revision in the store that this actor last wrote or read; 0: nothing is stored yet. */
  revision = 0;
  data: Uint8Array = NO_DATA;
  /** Who handed over the newest copy that counts; `undefined` after a restart. */
  sender: string | undefined;
  /** Own data that was read from the store after a restart: the next run takes it as current data, like a copy. */
  resumed: Uint8Array | undefined;
  /** Answers that the next run uses, all at once, by request id. */
  results: ReadonlyMap<number, Answer> = NONE;
  calls: ReadonlyMap<number, AwaitedCall> = NONE;
  /** Stored answers that no run has used yet, by call. */
  answers: ReadonlyMap<string, CallResult> = NONE;
  sentTo: ReadonlyMap<string, SentTo> = NONE;
  /** The store is reading or writing this particle: no run may begin. */
  isBlocked = false;
  /** The queue in which it waits for its turn. */
  lane: readonly Actor[] | undefined;
  isGone = false;
  /** The store has recorded that nothing is left to do. */
  isStoredAtRest = false;
  /** Time used beyond its turns, milliseconds. */
  debtMs = 0;

  constructor(header: ParticleHeader, settler?: Settler) {
    const { id, initPeerId, timestamp, ttl, script, signature } = header;
    this.header = { id, initPeerId, timestamp, ttl, script, signature };
    this.key = particleKey(header);
    this.deadline = deadlineOf(header);
    this.settler = settler;
  }

  /** Continues from the stored particle. */
  restore({ revision, data, answers, isAtRest, sends }: StoredParticle, nowMs: number): void {
    this.revision = revision;
    this.isStoredAtRest = isAtRest;
    if (answers.length > 0)
      this.answers = new Map(answers.map(({ call, retCode, resultJson }) => [call, { retCode, resultJson }]));
    for (const to of sends) this.sent(to, data, nowMs);
    // A run requests a pending call only if its previous data does not hold the call yet.
    if (isAtRest) this.data = data;
    else this.resumed = data;
  }

  get wantsToRun(): boolean {
    return this.copies.length > 0 || this.results.size > 0 || this.resumed !== undefined;
  }

  get hasAnswers(): boolean {
    return this.results.size > 0;
  }

  get pendingSends(): string[] {
    return [...this.sentTo].filter(([, { pending }]) => pending !== undefined).map(([to]) => to);
  }

  /** Nothing is left to do here until another copy arrives. */
  get isAtRest(): boolean {
    return !this.wantsToRun && !this.isBlocked && this.calls.size === 0 && this.pendingSends.length === 0;
  }

  sent(to: string, data: Uint8Array, nowMs: number): SentTo {
    const known = this.sentTo.get(to);
    const entry = known ?? {
      since: nowMs,
      pending: undefined,
      attempts: 0,
      failure: undefined,
      cancelRetry: undefined,
    };
    entry.pending = data;
    this.sentTo = withEntry(this.sentTo, to, entry);
    return entry;
  }

  takeResults(): ReadonlyMap<number, Answer> {
    const taken = this.results;
    this.results = NONE;
    return taken;
  }

  /** Adds the answer for each pending request of this call. */
  answered(call: string, result: CallResult): void {
    this.answers = withEntry(this.answers, call, result);
    for (const [id, { key }] of this.calls) {
      if (key !== call) continue;
      this.calls = withoutKey(this.calls, id);
      this.results = withEntry(this.results, id, { call, result });
    }
  }

  awaits(id: number, request: CallRequest, nowMs: number): AwaitedCall {
    const call = { key: callKeyOf(request), request, since: nowMs };
    this.calls = withEntry(this.calls, id, call);
    return call;
  }

  /** The data holds this answer now. */
  used(call: string): void {
    this.answers = withoutKey(this.answers, call);
  }
}

/** The same map, unless it is the one that all share. */
function withEntry<Key, Item>(map: ReadonlyMap<Key, Item>, key: Key, item: Item): ReadonlyMap<Key, Item> {
  return map.size === 0 ? new Map([[key, item]]) : (map as Map<Key, Item>).set(key, item);
}

/** An empty map is not kept. */
function withoutKey<Key, Item>(map: ReadonlyMap<Key, Item>, key: Key): ReadonlyMap<Key, Item> {
  if (map.size > 0) (map as Map<Key, Item>).delete(key);
  return map.size === 0 ? NONE : map;
}
