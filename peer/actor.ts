import { callKeyOf } from '../services/index.ts';
import type { CallRequest, CallResult } from '../interpreter/index.ts';
import { deadlineOf, particleKey, type ParticleHeader } from './particle.ts';
import type { Receipt } from './receipt.ts';
import type { Settler } from './settlement.ts';
import type { StoredParticle } from './stores/store.ts';

/** A copy of a particle that waits to be interpreted. */
export interface Copy {
  readonly data: Uint8Array;
  readonly from: string;
  /** Hash of the data. */
  readonly hash: string;
  /** Tells the sender what became of it. */
  readonly answer: (receipt: Receipt) => void;
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
  readonly copies: Copy[] = [];
  /** What the store has, as far as this actor knows; 0: nothing yet. */
  revision = 0;
  data: Uint8Array = NO_DATA;
  /** What the next run gets as current data besides copies: own data that is read again after a restart. */
  resumed: Uint8Array | undefined;
  /** Answers that the next run uses, all at once, by request id. */
  results = new Map<number, Answer>();
  readonly calls = new Map<number, AwaitedCall>();
  /** Answers that the store has and no run has used, by call. */
  readonly answers = new Map<string, CallResult>();
  readonly sentTo = new Map<string, SentTo>();
  /** It is being read, or written: no run may begin. */
  isBlocked = false;
  /** Where it waits for its turn. */
  lane: readonly Actor[] | undefined;
  isGone = false;
  /** The store knows that nothing is left to do. */
  isStoredAtRest = false;
  /** Time that it has used beyond its turns, milliseconds. */
  debtMs = 0;

  constructor(header: ParticleHeader, settler?: Settler) {
    const { id, initPeerId, timestamp, ttl, script, signature } = header;
    this.header = { id, initPeerId, timestamp, ttl, script, signature };
    this.key = particleKey(header);
    this.deadline = deadlineOf(header);
    this.settler = settler;
  }

  /** Continues from what a store has kept. */
  restore({ revision, data, answers, isAtRest, sends }: StoredParticle, nowMs: number): void {
    this.revision = revision;
    this.isStoredAtRest = isAtRest;
    for (const { call, retCode, resultJson } of answers) this.answers.set(call, { retCode, resultJson });
    for (const to of sends) this.sent(to, data, nowMs);
    // Pending calls are asked again only by a run to which they are news.
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

  /** Nothing is left to do here, unless another copy comes. */
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
    this.sentTo.set(to, entry);
    return entry;
  }

  takeResults(): Map<number, Answer> {
    const taken = this.results;
    this.results = new Map();
    return taken;
  }

  /** An answer for each request that asks this very call. */
  answered(call: string, result: CallResult): void {
    this.answers.set(call, result);
    for (const [id, { key }] of this.calls) {
      if (key !== call) continue;
      this.calls.delete(id);
      this.results.set(id, { call, result });
    }
  }

  awaits(id: number, request: CallRequest, nowMs: number): AwaitedCall {
    const call = { key: callKeyOf(request), request, since: nowMs };
    this.calls.set(id, call);
    return call;
  }
}
