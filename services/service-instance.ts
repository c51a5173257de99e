import { applyPatches, enablePatches, freeze, Immer } from 'immer';
import type { Draft, Immutable, Patch } from 'immer';
import { once } from '../base/once.ts';
import { fromJsonValue } from '../interpreter/index.ts';
import type { JsonValue } from '../interpreter/index.ts';
import { assertDefinition, assertState, isDefinition } from './declaration.ts';
import type { ServiceDefinition } from './define-service.ts';
import { closing } from './late-writes.ts';
import { STATE_QUEUE_MAX } from './limits.ts';
import { findPromise } from './promises.ts';
import { schemaMistake } from './schema-mistake.ts';
import { migrated } from './state-declaration.ts';
import { oneLine } from './text.ts';

enablePatches();
/** What it gives is frozen by {@link freezeNew}: Immer looks at each item of a list again, whatever has changed in it. */
const immer = new Immer({ autoFreeze: false });

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
  /**
   * Queues for the state, first come, first served. `undefined` if too many are waiting already.
   *
   * @param functionName Whose turn it is, for messages about writes that come too late.
   */
  takeTurn(functionName?: string): StateTurn<State> | undefined;
  /**
   * Continues from what a store has kept: a state, and the patches since. Calls that began before are void: their changes are lost.
   *
   * @param version Version of the service's state that wrote it; 0 for a service without versions.
   * @throws {ServiceError} `ERR_STATE_VERSION`, `ERR_STATE_SHAPE` if this version of the service cannot continue from it.
   */
  restore(saved: JsonValue, patches: readonly StatePatch[], version?: number): void;
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

/** The new state does not fit the schema that the service declares for it. */
export class StateMisfit extends Error {
  override readonly name = 'StateMisfit';
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
 * @example createPeer({ secretKey, transport, services: [startService(blog({ authPeer }))] })
 * @example
 * // Keep the state over a restart: `state` is a snapshot, plain JSON data.
 * const running = startService(blog({ authPeer }), saved === undefined ? undefined : JSON.parse(saved));
 * saved = JSON.stringify(running.state);
 */
export function startService<State>(
  definition: ServiceDefinition<State>,
  saved?: State,
): ServiceInstance<State> {
  assertDefinition(definition);
  if (saved !== undefined && definition.stateSchema?.isExternal === true) {
    throw new TypeError(
      `startService: service \`${oneLine(definition.id)}\` keeps its state elsewhere (\`'external'\`)`,
    );
  }
  const state = saved === undefined ? definition.initialState : saved;
  if (state === undefined) return new StatelessInstance(definition);
  assertState(state, `startService: state of \`${oneLine(definition.id)}\``);
  return new StatefulInstance(definition, freeze(structuredClone(state), true));
}

/** A running service without state, whose definition is made when somebody looks at it: a call, or what lists functions. */
export const lateService = (id: string, make: () => ServiceDefinition<undefined>): ServiceInstance =>
  new LateInstance(id, make);

/**
 * Whether a value is a running service, as {@link startService} gives it; a definition is not yet one.
 *
 * @example isServiceInstance(blog) // false
 * @example isServiceInstance(startService(blog({ authPeer }))) // true
 */
export function isServiceInstance(value: unknown): value is ServiceInstance {
  if (value instanceof LateInstance) return true;
  const { id, definition, takeTurn } = Object(value) as Partial<Record<keyof ServiceInstance, unknown>>;
  return typeof id === 'string' && isDefinition(definition) && typeof takeTurn === 'function';
}

/** Without state, all turns are alike. */
abstract class Stateless<State> {
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

class StatelessInstance<State> extends Stateless<State> implements ServiceInstance<State> {
  readonly id: string;
  readonly definition: ServiceDefinition<State>;

  constructor(definition: ServiceDefinition<State>) {
    super();
    this.id = definition.id;
    this.definition = definition;
  }
}

class LateInstance extends Stateless<unknown> implements ServiceInstance {
  readonly id: string;
  readonly #definition: () => ServiceDefinition<undefined>;

  constructor(id: string, make: () => ServiceDefinition<undefined>) {
    super();
    this.id = id;
    this.#definition = once(make);
  }

  get definition(): ServiceDefinition {
    return this.#definition();
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

  restore(saved: JsonValue, patches: readonly StatePatch[], version = 0): void {
    const stored = freeze(applyPatches(saved as object, patches.map(toImmerPatch)), true);
    const state = migrated(this.id, stored as JsonValue, version, this.definition.stateSchema);
    this.#state = freeze(state as State, true);
    this.#open.length = 0;
    this.#epoch += 1;
  }

  takeTurn(functionName?: string): StateTurn<State> | undefined {
    if (this.#waiting >= STATE_QUEUE_MAX) return undefined;
    this.#waiting += 1;
    const begun = this.#last;
    const name = oneLine(functionName === undefined ? this.id : `${this.id}.${functionName}`);
    let over: () => void = () => undefined;
    const ended = new Promise<void>(resolve => (over = resolve));
    this.#last = begun.then(() => ended);

    let draft: Draft<State> | undefined;
    let open: Draft<State> | undefined;
    let epoch = 0;
    let done = false;
    const assertOpen = (): void => {
      if (done) throw new TypeError(`${name}: late write or read of the state: ${LATE}`);
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
          draft = immer.createDraft(this.#state as State & object) as Draft<State>;
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
          const [next, patches] = finish<State>(draft, this.#state);
          const { schema } = this.definition.stateSchema ?? {};
          const mistake = patches.length === 0 ? undefined : schema && schemaMistake(schema, next);
          if (mistake !== undefined) throw new StateMisfit(`the new state does not fit its schema${mistake}`);
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

/** Checks the patches: nothing else in the new state can be new. @param before The state that the draft was made of. */
function finish<State>(draft: Draft<State>, before: State): [next: State, patches: readonly StatePatch[]] {
  const changes: Patch[] = [];
  const next = immer.finishDraft(draft as object, found => changes.push(...found)) as State;
  const patches = changes.map(toStatePatch);
  freezeNew(next, before);
  return [next, patches];
}

/** Freezes a value deeply. What it shares with the one before, at the same places, is frozen already and is not looked at again. */
function freezeNew(value: unknown, before: unknown): void {
  if (value === before || typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  const then = Object(before) as Record<string, unknown>;
  if (Array.isArray(value)) for (let i = 0; i < value.length; i++) freezeNew(value[i], then[i]);
  else for (const [name, inner] of Object.entries(value)) freezeNew(inner, then[name]);
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
    immer.finishDraft(draft as object);
  } catch {
    // what the handler left in the draft is dropped
  }
}
