import { messageOf } from '../services/index.ts';
import { equalBytes } from '../base/bytes.ts';
import { isCatchableCode, type CallResult, type Outcome } from '../interpreter/index.ts';
import { abandonment, STOPPED } from './abandonment.ts';
import type { Actor, Answer, Copy } from './actor.ts';
import type { Calls } from './calls.ts';
import { StartedFailure } from './errors.ts';
import { CopyMemory } from './copy-memory.ts';
import type { Host } from './host.ts';
import { runStep, type StepEnd } from './particle-step.ts';
import type { ParticleQueue } from './particle-queue.ts';
import type { Refusals } from './refusals.ts';
import type { Sends } from './sends.ts';
import { uncaughtFailure } from './settlement.ts';

const NO_DATA = new Uint8Array(0);
const ACCEPTED = { status: 'accepted' } as const;

export interface RunParts {
  readonly host: Host;
  readonly queue: ParticleQueue;
  readonly calls: Calls;
  readonly sends: Sends;
  readonly refusals: Refusals;
  /** The actor has changed; perhaps nothing is left to do. */
  readonly changed: (actor: Actor) => void;
  /** The particle cannot go on: the store or the signer failed. */
  readonly abandon: (actor: Actor, failure: unknown) => void;
  /** The particle has expired. */
  readonly expire: (actor: Actor) => void;
}

/** The copy and the answers that one run used. */
interface Used {
  readonly copy: Copy | undefined;
  readonly answers: ReadonlyMap<number, Answer>;
}

/** Performs the runs of actors: interpret, store, and only then act. */
export class Runs {
  readonly #parts: RunParts;
  readonly #seen = new CopyMemory();

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  /** Performs one run, or none if no waiting copy is new. Never throws. */
  run(actor: Actor): void {
    const { host, expire } = this.#parts;
    try {
      if (host.clock.now() > actor.deadline) expire(actor);
      else this.#runNext(actor);
    } catch (failure) {
      this.#failed(actor, failure);
    }
  }

  #failed(actor: Actor, failure: unknown): void {
    const { host, abandon } = this.#parts;
    host.warn('a run has failed', { particleId: actor.header.id, failure: messageOf(failure) });
    abandon(actor, failure);
  }

  #runNext(actor: Actor): void {
    if (actor.resumed !== undefined) {
      this.#runResumed(actor, actor.resumed);
      return;
    }
    const copy = this.#takeNews(actor);
    const answers = actor.takeResults();
    if (copy === undefined && answers.size === 0) {
      this.#parts.changed(actor);
      return;
    }
    const used = { copy, answers };
    this.#step(actor, actor.data, copy?.data ?? NO_DATA, used, end => {
      if (end.isAccepted) {
        this.#store(actor, end, used);
        return;
      }
      this.#refuse(actor, copy, end);
      // A bad copy must not take the answers of our own services with it, nor may many keep them waiting.
      if (copy === undefined || answers.size === 0) this.#parts.changed(actor);
      else this.#runAnswers(actor, answers);
    });
  }

  #runAnswers(actor: Actor, answers: Used['answers']): void {
    const used = { copy: undefined, answers };
    this.#step(actor, actor.data, NO_DATA, used, end => {
      if (end.isAccepted) this.#store(actor, end, used);
      else this.#refuse(actor, undefined, end);
    });
  }

  /**
   * After a restart a peer reads its own data as if it had arrived. The run then requests pending calls again, at the same sites and
   * so under the same keys.
   */
  #runResumed(actor: Actor, resumed: Uint8Array): void {
    actor.resumed = undefined;
    const used = { copy: undefined, answers: new Map<number, Answer>() };
    this.#step(actor, NO_DATA, resumed, used, end => {
      actor.data = resumed;
      if (end.isAccepted) {
        this.#store(actor, end, used);
        return;
      }
      this.#refuse(actor, undefined, end);
      this.#parts.queue.schedule(actor);
    });
  }

  /** Interprets, and goes on once the run is signed: at once with a local key. Until then nothing else of the actor runs. */
  #step(
    actor: Actor,
    prevData: Uint8Array,
    currentData: Uint8Array,
    { copy, answers }: Used,
    next: (end: StepEnd) => void,
  ): void {
    const { host, queue } = this.#parts;
    const { signing, runLimits } = host;
    const results = new Map<number, CallResult>([...answers].map(([id, { result }]) => [id, result]));
    let end: StepEnd | Promise<StepEnd>;
    // The platform loads its clock for measurements late, so it is read only for those who want to know.
    const isTimed = host.isWatched('ran');
    const begun = isTimed ? performance.now() : 0;
    try {
      end = runStep(actor, { signing, limits: runLimits }, prevData, currentData, results);
    } catch (failure) {
      copy?.answer(abandonment(failure).hopAnswer);
      throw failure;
    }
    if (isTimed) {
      const { signature: particleSignature } = actor.header;
      host.notify('ran', { peerId: host.peerId, particleSignature, tookMs: performance.now() - begun });
    }
    if (!(end instanceof Promise)) {
      next(end);
      return;
    }
    actor.isBlocked = true;
    end.then(
      signed => {
        // Its life has ended, or the peer has stopped: nothing of the run has left this place.
        if (actor.isGone) {
          copy?.answer(STOPPED);
          return;
        }
        actor.isBlocked = false;
        try {
          next(signed);
          queue.schedule(actor);
        } catch (failure) {
          this.#failed(actor, failure);
        }
      },
      (failure: unknown) => {
        copy?.answer(abandonment(failure).hopAnswer);
        this.#failed(actor, failure);
      },
    );
  }

  /** Takes the next copy that may hold something new; the others are acknowledged at once. */
  #takeNews(actor: Actor): Copy | undefined {
    const { queue, refusals } = this.#parts;
    for (let copy = queue.takeCopy(actor); copy !== undefined; copy = queue.takeCopy(actor)) {
      const known = this.#seen.refusalOf(actor, copy.hash);
      if (known !== undefined) copy.answer(refusals.refuse(actor.header, copy.from, 'verification', known));
      else if (this.#hasNothingNew(actor, copy)) copy.answer(ACCEPTED);
      else return copy;
    }
    return undefined;
  }

  #hasNothingNew(actor: Actor, { data, hash }: Copy): boolean {
    if (actor.data.length === 0) return false;
    return data.length === 0 || this.#seen.isMerged(actor, hash) || same(data, actor.data);
  }

  #store(actor: Actor, end: StepEnd, used: Used): void {
    const { host, abandon } = this.#parts;
    const { data } = end.step.outcome;
    const sends = this.#targets(actor, end, used);
    const isSame =
      actor.revision > 0 && used.answers.size === 0 && sends.length === 0 && same(data, actor.data);
    if (isSame) {
      this.#stored(actor, end, used, sends);
      return;
    }
    const { key, header, revision, settler } = actor;
    actor.isBlocked = true;
    const isAtRest = this.#endsHere(actor, end, sends);
    const write = {
      key,
      expected: revision,
      ...(revision === 0 && { header, variables: settler?.variables ?? null }),
      data,
      sends: [...new Set([...actor.pendingSends, ...sends])],
      isAtRest,
      used: [...used.answers.values()].map(({ call }) => call),
    };
    host.store
      .commit({ particle: write })
      .then(() => {
        actor.isBlocked = false;
        actor.revision = revision + 1;
        actor.isStoredAtRest = isAtRest;
        this.#stored(actor, end, used, sends);
      })
      .catch((failure: unknown) => {
        used.copy?.answer(abandonment(failure).hopAnswer);
        abandon(actor, failure);
      });
  }

  /** Whether this run leaves nothing to do. Then its own write records that, and no second write is needed. */
  #endsHere(actor: Actor, { step }: StepEnd, sends: readonly string[]): boolean {
    const isIdle = actor.calls.size === 0 && actor.pendingSends.length === 0 && actor.results.size === 0;
    return isIdle && sends.length === 0 && step.outcome.callRequests.size === 0;
  }

  /** After the outcome is stored: reports to observers and to the copy's sender, and begins the effects. */
  #stored(actor: Actor, end: StepEnd, { copy, answers }: Used, sends: readonly string[]): void {
    const { host, queue, calls, changed } = this.#parts;
    const { outcome } = end.step;
    actor.data = outcome.data;
    for (const { call } of answers.values()) actor.used(call);
    host.notify('step', end.step);
    if (copy !== undefined) {
      this.#seen.merged(actor, copy.hash);
      for (const { answer } of [copy, ...queue.takeSame(actor, copy.hash)]) answer(ACCEPTED);
    }
    if (actor.isGone || host.clock.now() > actor.deadline) return;
    actor.sender = copy?.from ?? actor.sender;
    for (const [id, request] of outcome.callRequests) calls.ask(actor, id, request);
    for (const to of sends) this.#parts.sends.send(actor, to, outcome.data);
    if (isCatchableCode(outcome.retCode)) actor.settler?.reject(uncaughtFailure(outcome, host.peerId));
    queue.schedule(actor);
    changed(actor);
  }

  /** The next peers, and the init peer if the script failed here: it decides whether another branch lives. */
  #targets({ header, data: before }: Actor, { step: { outcome } }: StepEnd, used: Used): string[] {
    const { initPeerId } = header;
    const { nextPeerIds, retCode, data } = outcome;
    const comesHome =
      initPeerId !== this.#parts.host.peerId &&
      !nextPeerIds.includes(initPeerId) &&
      !same(data, before) &&
      (isCatchableCode(retCode) || mayEndWithFailure(outcome, used));
    return comesHome ? [...nextPeerIds, initPeerId] : [...nextPeerIds];
  }

  #refuse(actor: Actor, copy: Copy | undefined, { step, evidence }: StepEnd): void {
    const { host, queue, refusals } = this.#parts;
    const { retCode, errorMessage: message } = step.outcome;
    const known = { code: `ERR_RUN_${retCode}`, message };
    let proof = evidence && this.#seen.isFirstConviction(actor, evidence.peerId) ? evidence.bytes : undefined;
    host.notify('step', step);
    if (copy !== undefined) {
      this.#seen.refused(actor, copy.hash, known);
      for (const { from, answer } of [copy, ...queue.takeSame(actor, copy.hash)]) {
        answer(refusals.refuse(actor.header, from, 'verification', known, proof));
        proof = undefined;
      }
    } else {
      refusals.notify(actor.header, host.peerId, 'verification', known);
    }
    // A bad copy from another peer does not fail our own run; a script that cannot be run does.
    if (copy !== undefined && copy.from !== host.peerId) return;
    const text = `this peer cannot run the script: ${message}`;
    actor.settler?.reject(new StartedFailure('ERR_STARTED_INTERPRETATION', text, { retCode }));
  }
}

/**
 * Something failed here, perhaps without anything that continues from here: a branch of a `par`, whose other branch may fail on another
 * peer. If the run used more than one answer, what continues may belong to the other ones, and no other peer would bring this failure home.
 */
function mayEndWithFailure(outcome: Outcome, { copy, answers }: Used): boolean {
  const { nextPeerIds, callRequests, isFailureOpen } = outcome;
  const isFailed = isFailureOpen === true || [...answers.values()].some(({ result }) => result.retCode !== 0);
  const isAlone = copy === undefined && answers.size === 1;
  return isFailed && (!isAlone || (nextPeerIds.length === 0 && callRequests.size === 0));
}

const same = (a: Uint8Array, b: Uint8Array): boolean => a === b || equalBytes(a, b);
