import type { CallRequest } from '../interpreter/index.ts';
import type {
  CallDecision,
  Dispatcher,
  KeepResult,
  ServiceInstance,
  StateChange,
} from '../services/index.ts';
import type { Actor } from './actor.ts';
import type { Host } from './host.ts';
import { StoreError, type StateWrite } from './stores/store.ts';

/** Turns of the event loop that handlers have to end after their signal has fired. */
const STOP_TURNS = 8;

/** A service whose state the store keeps. */
interface KeptState {
  /** Revision of the newest write, done or under way. */
  stored: number;
  /** The change of the instance that this write holds; -1: unknown, so the next write holds the whole state. */
  change: number;
}

export interface CallEvents {
  /** A call was decided, and its answer is stored. */
  readonly answered: (key: string, call: string, request: CallRequest, decision: CallDecision) => void;
  /** The answer could not be stored: it is not used. */
  readonly failed: (key: string, failure: unknown) => void;
}

/**
 * The calls that services of this peer are asked. An answer is stored, in one transaction with what it changed in the service's
 * state, before anything uses it. A call under way is never asked a second time.
 */
export class Calls {
  readonly #host: Host;
  readonly #dispatcher: Dispatcher;
  readonly #events: CallEvents;
  readonly #kept = new Map<ServiceInstance, KeptState>();
  /** By particle and call. */
  readonly #underWay = new Set<string>();
  readonly #stops = new Set<() => void>();
  #whenIdle: (() => void)[] = [];
  #isStopping = false;
  #isClosed = false;

  constructor(host: Host, dispatcher: Dispatcher, events: CallEvents) {
    this.#host = host;
    this.#dispatcher = dispatcher;
    this.#events = events;
  }

  /** Gives services the states that the store has kept. From now on their changes are kept. */
  async start(services: readonly ServiceInstance[]): Promise<void> {
    this.#isStopping = this.#isClosed = false;
    for (const instance of services) {
      const stored = await this.#host.store.state(instance.id);
      if (stored !== undefined) instance.restore(stored.state, stored.patches);
      this.#kept.set(instance, { stored: stored?.revision ?? 0, change: -1 });
    }
  }

  /** Performs a call, unless it is known, or under way, or the peer stops: then it is asked again after the restart. */
  ask(actor: Actor, id: number, request: CallRequest): void {
    const { key: call } = actor.awaits(id, request, this.#host.clock.now());
    const known = actor.answers.get(call);
    if (known !== undefined) {
      actor.answered(call, known);
      return;
    }
    const name = `${actor.key} ${call}`;
    if (this.#isStopping || this.#underWay.has(name)) return;
    this.#underWay.add(name);
    void this.#perform(actor, call, request).finally(() => {
      this.#underWay.delete(name);
      if (this.#underWay.size === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
    });
  }

  /** Waits for calls under way, at most so long; then aborts them. Answers that come in time are stored. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    const { clock, defer } = this.#host;
    if (this.#underWay.size > 0 && graceMs > 0) {
      await new Promise<void>(resolve => {
        const cancel = clock.after(graceMs, resolve);
        this.#whenIdle.push(() => {
          cancel();
          resolve();
        });
      });
    }
    for (const stop of this.#stops) stop();
    // Those that have not answered at once are given up: what they do later is void.
    for (let turn = 0; turn < STOP_TURNS && this.#underWay.size > 0; turn++) await new Promise<void>(defer);
    for (const stop of this.#stops) stop();
    this.#isClosed = true;
  }

  async #perform(actor: Actor, call: string, request: CallRequest): Promise<void> {
    const { key, header, settler } = actor;
    const { activity } = this.#host;
    const keep: KeepResult = async (result, change) => {
      if (this.#isClosed) throw new StoreError('ERR_STORE_CLOSED', 'the peer was stopped');
      const { retCode } = result;
      const resultJson = 'resultJson' in result ? result.resultJson : JSON.stringify(result.result);
      await this.#commit({ key, call, retCode, resultJson }, change);
    };
    const onStop = (stop: () => void) => {
      this.#stops.add(stop);
      return () => void this.#stops.delete(stop);
    };
    // The program that started a particle ends with this process: what it was told is not worth a write of its own.
    const isProgram =
      settler?.scope.find(request.serviceId)?.definition.functions.has(request.functionName) === true;
    activity.begin();
    try {
      const own = { ...(settler && { scope: settler.scope }), ...(!isProgram && { keep }) };
      const decision = await this.#dispatcher.dispatch({ request, particle: header, onStop, ...own });
      if ('code' in decision && decision.code === 'ERR_HANDLER_STOPPED') return;
      this.#events.answered(key, call, request, decision);
    } catch (failure) {
      if (!this.#isClosed) this.#events.failed(key, failure);
    } finally {
      activity.end();
    }
  }

  async #commit(
    answer: { key: string; call: string; retCode: number; resultJson: string },
    change: StateChange | undefined,
  ): Promise<void> {
    const kept = change && this.#kept.get(change.instance);
    if (change === undefined || kept === undefined) return this.#host.store.commit({ answer });
    const continues = change.revision === kept.change + 1;
    const service: StateWrite = { id: change.instance.id, expected: kept.stored, continues, change };
    kept.stored += 1;
    kept.change = change.revision;
    try {
      await this.#host.store.commit({ answer, service });
    } catch (failure) {
      // At once: a call that begins now must not build on it, nor be stored as if it did.
      change.undo();
      const found = failure instanceof StoreError ? Number(failure.details['found'] ?? 0) : 0;
      kept.stored = found > service.expected ? found : Math.min(kept.stored, service.expected);
      kept.change = -1;
      throw failure;
    }
  }
}
