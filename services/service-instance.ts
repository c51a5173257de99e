import { applyPatches, createDraft, enablePatches, finishDraft, freeze } from 'immer';
import type { Draft, Immutable, Patch } from 'immer';
import { fromJsonValue } from '../interpreter/index.ts';
import type { JsonValue } from '../interpreter/index.ts';
import { assertDefinition, assertState, isDefinition } from './declaration.ts';
import type { ServiceDefinition } from './define-service.ts';
import { closing } from './late-writes.ts';
import { STATE_QUEUE_MAX } from './limits.ts';
import { findPromise } from './promises.ts';
import { oneLine } from './text.ts';

enablePatches();

/** One change of a service's state, JSON-representable: what a recorder keeps to follow the state from call to call. */
export interface StatePatch {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: readonly (string | number)[];
  readonly value?: JsonValue;
}

/** A running service: a definition and its own state. */
export interface ServiceInstance<State = unknown> {
  readonly id: string;
  readonly definition: ServiceDefinition<State>;
  /** A snapshot, frozen: later calls do not change it. */
  readonly state: Immutable<State>;
  /** Queues for the state, first come, first served. `undefined` if too many are waiting already. */
  takeTurn(): StateTurn<State> | undefined;
  /** Continues from what a store has kept: a state, and the patches since. Only while no call uses the state. */
  restore(saved: JsonValue, patches: readonly StatePatch[]): void;
}

/** What one call has changed in a service's state. */
export interface StateChange {
  readonly instance: ServiceInstance;
  /** Counts the changes of this instance since it was started, from 1; numbers of changes taken back are not used again. */
  readonly revision: number;
  readonly patches: readonly StatePatch[];
  /** The whole state after the change: plain JSON data, frozen. */
  readonly state: unknown;
  /** It will not be taken back. */
  confirm(): void;
  /** Takes this change and all later ones back, but once. Calls that began on them fail. */
  undo(): void;
}

/** The state on which a call began could not be stored, so what the call has made of it is void. */
export class StateLost extends Error {
  override readonly name = 'StateLost';
}

/** A call's exclusive use of the state. Ends with `commit` or `drop`, whichever comes first; later calls do nothing. */
export interface StateTurn<State> {
  /** Resolves when all earlier turns have ended; at once for services without state. Never rejects. */
  readonly begun: Promise<void>;
  /** The draft to work on; for services without state `undefined`. Only after `begun`. */
  draft(): Draft<State>;
  /**
   * Keeps the changes.
   *
   * @returns What they were; `undefined` if there are none.
   * @throws {JsonError} If the state is no longer plain JSON data; the path says where. Nothing is kept then.
   * @throws {StateLost} If the state on which this turn began was taken back. Nothing is kept then.
   */
  commit(): StateChange | undefined;
  drop(): void;
}

/**
 * Starts a service: an instance with its own state.
 *
 * @param definition What {@link defineService} gave.
 * @param saved      State to continue from instead of the definition's initial state.
 * @throws {TypeError} If this is not a definition, or the state is not plain JSON data.
 * @example createPeer({ secretKey, transport, services: [startService(blog)] })
 * @example
 * // Keep the state over a restart: `state` is a snapshot, plain JSON data.
 * const running = startService(blog, saved === undefined ? undefined : JSON.parse(saved));
 * saved = JSON.stringify(running.state);
 */
export function startService<State>(
  definition: ServiceDefinition<State>,
  saved?: State,
): ServiceInstance<State> {
  assertDefinition(definition);
  const state = saved === undefined ? definition.initialState : saved;
  if (state === undefined) return new StatelessInstance(definition);
  assertState(state, `startService: state of \`${oneLine(definition.id)}\``);
  return new StatefulInstance(definition, freeze(structuredClone(state), true));
}

/**
 * Whether a value is a running service, as {@link startService} gives it; a definition is none yet.
 *
 * @example isServiceInstance(blog) // false
 * @example isServiceInstance(startService(blog)) // true
 */
export function isServiceInstance(value: unknown): value is ServiceInstance {
  const { id, definition, takeTurn } = Object(value) as Partial<Record<keyof ServiceInstance, unknown>>;
  return typeof id === 'string' && isDefinition(definition) && typeof takeTurn === 'function';
}

class StatelessInstance<State> implements ServiceInstance<State> {
  readonly id: string;
  readonly definition: ServiceDefinition<State>;

  constructor(definition: ServiceDefinition<State>) {
    this.id = definition.id;
    this.definition = definition;
  }

  get state(): Immutable<State> {
    return undefined as Immutable<State>;
  }

  takeTurn(): StateTurn<State> {
    return {
      begun: Promise.resolve(),
      draft: () => undefined as Draft<State>,
      commit: () => undefined,
      drop: () => undefined,
    };
  }

  restore(): void {
    // A service that has lost its state in a new version has nothing to continue from.
  }
}

class StatefulInstance<State> implements ServiceInstance<State> {
  readonly id: string;
  readonly definition: ServiceDefinition<State>;
  #state: State;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #revision = 0;
  /** Changes that may still be taken back, in order, with the state before each. */
  readonly #open: { readonly before: State }[] = [];
  /** Grows whenever changes are taken back. */
  #epoch = 0;

  constructor(definition: ServiceDefinition<State>, state: State) {
    this.id = definition.id;
    this.definition = definition;
    this.#state = state;
  }

  get state(): Immutable<State> {
    return this.#state as Immutable<State>;
  }

  restore(saved: JsonValue, patches: readonly StatePatch[]): void {
    const state = applyPatches(saved as object, patches.map(toImmerPatch));
    this.#state = freeze(state as State, true);
  }

  takeTurn(): StateTurn<State> | undefined {
    if (this.#waiting >= STATE_QUEUE_MAX) return undefined;
    this.#waiting += 1;
    const begun = this.#last;
    const id = oneLine(this.id);
    let over: () => void = () => undefined;
    const ended = new Promise<void>(resolve => (over = resolve));
    this.#last = begun.then(() => ended);

    let draft: Draft<State> | undefined;
    let open: Draft<State> | undefined;
    let epoch = 0;
    let done = false;
    const assertOpen = (): void => {
      if (done) throw new TypeError(`${id}: late write or read of the state: ${LATE}`);
    };
    const end = (): void => {
      if (done) return;
      done = true;
      this.#waiting -= 1;
      over();
    };
    return {
      begun,
      draft: () => {
        assertOpen();
        if (draft === undefined) {
          epoch = this.#epoch;
          draft = createDraft(this.#state as State & object) as Draft<State>;
        }
        return (open ??= closing(draft as object, assertOpen) as Draft<State>);
      },
      commit: () => {
        if (done || draft === undefined) {
          end();
          return undefined;
        }
        try {
          if (epoch !== this.#epoch) {
            discard(draft);
            throw new StateLost('the state on which this call began was not stored');
          }
          const [next, patches] = finish<State>(draft);
          return patches.length === 0 ? undefined : this.#advance(next, patches);
        } finally {
          // Only now: Immer reads the parts that the handler moved.
          end();
        }
      },
      drop: () => {
        if (!done && draft !== undefined) discard(draft);
        end();
      },
    };
  }

  #advance(state: State, patches: readonly StatePatch[]): StateChange {
    const revision = (this.#revision += 1);
    const entry = { before: this.#state };
    this.#open.push(entry);
    this.#state = state;
    const confirm = (): void => {
      const at = this.#open.indexOf(entry);
      if (at !== -1) this.#open.splice(at, 1);
    };
    const undo = (): void => {
      const at = this.#open.indexOf(entry);
      if (at === -1) return;
      this.#open.length = at;
      this.#state = entry.before;
      this.#epoch += 1;
    };
    return { instance: this, revision, patches, state, confirm, undo };
  }
}

const toImmerPatch = ({ op, path, value }: StatePatch): Patch => ({ op, path: [...path], value });

const LATE = 'the call has ended; await all work first';

/** Checks the patches: nothing else in the new state can be new. */
function finish<State>(draft: Draft<State>): [next: State, patches: readonly StatePatch[]] {
  const changes: Patch[] = [];
  const next = finishDraft(draft as object, found => changes.push(...found)) as State;
  return [next, changes.map(toStatePatch)];
}

function toStatePatch({ op, path, value }: Patch): StatePatch {
  if (op === 'remove') return { op, path };
  const name = ['state', ...path].join('.');
  try {
    fromJsonValue(value, name);
  } catch (error) {
    const promise = findPromise(value);
    if (promise === undefined) throw error;
    throw new TypeError(`\`${name}${promise === '' ? '' : `.${promise}`}\` is a Promise: await it`, {
      cause: error,
    });
  }
  return { op, path, value: value as JsonValue };
}

/** Finishing revokes the draft: a handler that works on after its deadline gets an exception, not a silent loss. */
function discard(draft: unknown): void {
  try {
    finishDraft(draft as object);
  } catch {
    // what the handler left in the draft is dropped
  }
}
