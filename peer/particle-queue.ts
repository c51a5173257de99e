import type { Actor, Copy } from './actor.ts';
import type { Activity, Defer } from './ports.ts';
import { change } from './residents.ts';

/** Milliseconds of work of one actor in its turn; after as much work the queue yields to the event loop. */
const TURN_MS = 8;

export interface QueuePorts {
  readonly defer: Defer;
  readonly activity: Activity;
  /** Milliseconds; on virtual time work takes none. */
  readonly now: () => number;
}

/**
 * The order in which particles run. Particles with answers run before those with copies only. Each runs once in turn; a particle that
 * used more than its time waits until the others have had as much. Between runs the queue yields to the event loop.
 */
export class ParticleQueue {
  readonly #answered: Actor[] = [];
  readonly #others: Actor[] = [];
  readonly #waitingFrom = new Map<string, number>();
  readonly #run: (actor: Actor) => void;
  readonly #ports: QueuePorts;
  #waiting = 0;
  #isOpen = false;
  #release: (() => void) | undefined;

  /** @param run Performs one run of an actor; must not throw. */
  constructor(run: (actor: Actor) => void, ports: QueuePorts) {
    this.#run = run;
    this.#ports = ports;
  }

  /** Copies that wait to be interpreted. */
  get waiting(): number {
    return this.#waiting;
  }

  waitingFrom(peerId: string): number {
    return this.#waitingFrom.get(peerId) ?? 0;
  }

  /** Lets actors run. */
  open(): void {
    this.#isOpen = true;
    this.#wake();
  }

  close(): void {
    this.#isOpen = false;
  }

  deliver(actor: Actor, copy: Copy): void {
    // A list that grows gets room for many at once, and most particles have one copy.
    if (actor.copies.length === 0) actor.copies = [copy];
    else actor.copies.push(copy);
    this.#waiting += 1;
    change(this.#waitingFrom, copy.from, 1);
    this.schedule(actor);
  }

  /** Takes the oldest waiting copy. */
  takeCopy(actor: Actor): Copy | undefined {
    const copy = actor.copies.shift();
    if (copy !== undefined) this.#forget(copy);
    if (actor.copies.length === 0) actor.copies = [];
    return copy;
  }

  /** Takes all waiting copies that equal one that was interpreted. */
  takeSame(actor: Actor, hash: string): readonly Copy[] {
    if (!actor.copies.some(copy => copy.hash === hash)) return [];
    return this.#takeWhere(actor, copy => copy.hash === hash);
  }

  /** All copies that wait and are from such a sender. */
  takeFrom(actor: Actor, isFrom: (from: string) => boolean): readonly Copy[] {
    return this.#takeWhere(actor, ({ from }) => isFrom(from));
  }

  /** Takes all waiting copies. */
  takeAll(actor: Actor): readonly Copy[] {
    const all = actor.copies;
    actor.copies = [];
    for (const copy of all) this.#forget(copy);
    return all;
  }

  #takeWhere(actor: Actor, isTaken: (copy: Copy) => boolean): readonly Copy[] {
    const all = actor.copies;
    actor.copies = all.filter(copy => !isTaken(copy));
    const taken = all.filter(isTaken);
    for (const copy of taken) this.#forget(copy);
    return taken;
  }

  schedule(actor: Actor): void {
    if (actor.isGone || actor.isBlocked || !actor.wantsToRun) return;
    const lane = actor.hasAnswers ? this.#answered : this.#others;
    // An actor that waits with copies moves forward when an answer arrives; its old place is skipped.
    if (actor.lane === lane || actor.lane === this.#answered) return;
    actor.lane = lane;
    lane.push(actor);
    this.#wake();
  }

  #wake(): void {
    const isNeeded = this.#isOpen && this.#answered.length + this.#others.length > 0;
    if (!isNeeded || this.#release !== undefined) return;
    this.#release = this.#ports.activity.hold();
    this.#ports.defer(() => this.#pump());
  }

  #pump(): void {
    const { now } = this.#ports;
    const until = now() + TURN_MS;
    for (let actor = this.#next(); actor !== undefined; actor = this.#next()) {
      const begun = now();
      actor.lane = undefined;
      if (!actor.isGone && !actor.isBlocked && actor.wantsToRun) this.#run(actor);
      actor.debtMs += Math.max(0, now() - begun);
      this.schedule(actor);
      if (now() >= until) break;
    }
    this.#release?.();
    this.#release = undefined;
    this.#wake();
  }

  /** The first actor with time left. Each actor that it skips has its debt reduced by one turn. */
  #next(): Actor | undefined {
    if (!this.#isOpen) return undefined;
    for (;;) {
      const queue = this.#answered.length > 0 ? this.#answered : this.#others;
      const actor = queue.shift();
      if (actor === undefined) return undefined;
      if (actor.lane !== queue) continue;
      if (actor.debtMs < TURN_MS || queue.length === 0) {
        actor.debtMs = Math.max(0, actor.debtMs - TURN_MS);
        return actor;
      }
      actor.debtMs -= TURN_MS;
      queue.push(actor);
    }
  }

  #forget({ from }: Copy): void {
    this.#waiting -= 1;
    change(this.#waitingFrom, from, -1);
  }
}
