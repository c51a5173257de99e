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
import { within } from './patience.ts';
import { StoreError, type StateWrite } from './stores/store.ts';

/** After its signal has fired, a handler has this many turns of the event loop to end. */
const STOP_TURNS = 8;

/** Failures after which the store may have another state than memory. */
const LEAVES_UNKNOWN: ReadonlySet<string> = new Set(['ERR_STORE_TIMEOUT', 'ERR_STORE_CONFLICT']);

/** A service whose state the store keeps. */
interface KeptState {
  /** What is stored is not known, since a write was given up or somebody else wrote: it is read before the next call. */
  isUnknown: boolean;
  reading: Promise<void> | undefined;
  /** Revision of the newest write, done or under way. */
  stored: number;
  /** Number of the instance's last change in this write; -1: unknown, so the next write holds the whole state. */
  change: number;
}

export interface CallEvents {
  /** The call has an answer, and the answer is stored. */
  readonly answered: (key: string, call: string, request: CallRequest, decision: CallDecision) => void;
  /** The answer could not be stored: it is not used. */
  readonly failed: (key: string, failure: unknown) => void;
}

/**
 * Performs the calls of this peer's services. One transaction stores an answer together with the state that the call changed; only
 * then is the answer used. A call under way is not started a second time.
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

  /** Loads the stored states into the services. From then on the store keeps their changes. */
  async start(services: readonly ServiceInstance[]): Promise<void> {
    this.#isStopping = this.#isClosed = false;
    for (const instance of services) {
      const kept: KeptState = { isUnknown: true, reading: undefined, stored: 0, change: -1 };
      await this.#read(instance, kept);
      this.#kept.set(instance, kept);
    }
  }

  /** Performs a call unless it has an answer or is under way. A stopping peer starts none: the call is made after the restart. */
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

  /** Waits up to `graceMs` for calls under way, then aborts them. Answers that arrive in time are stored. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    const { clock, defer, limits } = this.#host;
    if (this.#underWay.size > 0 && graceMs > 0) {
      let cancel = (): void => undefined;
      const over = new Promise<void>(resolve => {
        cancel = clock.after(graceMs, resolve);
        this.#whenIdle.push(resolve);
      });
      // A clock that stands still must not hold the peer up.
      await within(
        graceMs + limits.portMs,
        () => over,
        () => new Error('no time has passed'),
      ).catch(() => undefined);
      cancel();
    }
    for (const stop of this.#stops) stop();
    // Calls that have not answered by now are given up: later answers are ignored.
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
    // What a handler calls is stored by itself; without a change there is nothing to store.
    const keepNested: KeepResult = async (_, change) => {
      if (this.#isClosed) throw new StoreError('ERR_STORE_CLOSED', 'the peer was stopped');
      if (change !== undefined) await this.#commit(undefined, change);
    };
    const onStop = (stop: () => void) => {
      this.#stops.add(stop);
      return () => void this.#stops.delete(stop);
    };
    // The program that started the particle ends with this process, so its own answers need no write.
    const isProgram =
      settler?.scope.find(request.serviceId)?.definition.functions.has(request.functionName) === true;
    const { sender } = actor;
    activity.begin();
    try {
      await this.#readUnknown(request.serviceId);
      const own = { ...(settler && { scope: settler.scope }), ...(!isProgram && { keep }), keepNested };
      const decision = await this.#dispatcher.dispatch({ request, particle: header, sender, onStop, ...own });
      if ('code' in decision && decision.code === 'ERR_HANDLER_STOPPED') return;
      this.#events.answered(key, call, request, decision);
    } catch (failure) {
      if (!this.#isClosed) this.#events.failed(key, failure);
    } finally {
      activity.end();
    }
  }

  async #commit(
    answer: { key: string; call: string; retCode: number; resultJson: string } | undefined,
    change: StateChange | undefined,
  ): Promise<void> {
    const kept = change && this.#kept.get(change.instance);
    const given = answer && { answer };
    if (change === undefined || kept === undefined) {
      if (given !== undefined) await this.#host.store.commit(given);
      return;
    }
    if (kept.isUnknown) {
      change.undo();
      throw new StoreError('ERR_STORE_CONFLICT', 'it is not known what is stored of the service');
    }
    const continues = change.revision === kept.change + 1;
    const { id, definition } = change.instance;
    const version = definition.stateSchema?.version ?? 0;
    const service: StateWrite = { id, expected: kept.stored, continues, version, change };
    kept.stored += 1;
    kept.change = change.revision;
    try {
      await this.#host.store.commit({ ...given, service });
    } catch (failure) {
      // Undone at once: a call that begins now must not build on the lost change.
      change.undo();
      kept.stored = Math.min(kept.stored, service.expected);
      kept.change = -1;
      if (failure instanceof StoreError) kept.isUnknown ||= LEAVES_UNKNOWN.has(failure.code);
      throw failure;
    }
  }

  async #readUnknown(serviceId: string): Promise<void> {
    for (const [instance, kept] of this.#kept) {
      if (instance.id !== serviceId || !kept.isUnknown) continue;
      kept.reading ??= this.#read(instance, kept).finally(() => (kept.reading = undefined));
      await kept.reading;
    }
  }

  async #read(instance: ServiceInstance, kept: KeptState): Promise<void> {
    const stored = await this.#host.store.state(instance.id);
    if (stored !== undefined) instance.restore(stored.state, stored.patches, stored.version);
    Object.assign(kept, { isUnknown: false, stored: stored?.revision ?? 0, change: -1 });
  }
}
