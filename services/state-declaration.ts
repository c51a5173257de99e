import { checkOptions, isAnything, isCount, isFunction, required, shown } from '../base/options.ts';
import type { Shape } from '../base/options.ts';
import type { JsonValue } from '../interpreter/index.ts';
import { assertSchema, assertState } from './declaration.ts';
import { ServiceError } from './errors.ts';
import type { StandardSchemaV1 } from './schema.ts';
import { schemaMistake } from './schema-mistake.ts';
import { messageOf, oneLine } from './text.ts';

/** State that says which version of the service wrote it. */
export interface VersionedState<State> {
  /** Counts the forms of the state; 0 is what a service without `version` has kept. Grows with each change of the form. */
  readonly version: number;
  /** State of a fresh instance, in the form of this version. */
  readonly initial: State;
  /**
   * Gives the state of this version for one of an earlier version. Called at the start of the peer, once, before any call. Synchronous;
   * gets a frozen value and returns a new one. Left out: only a state of this very version is accepted.
   */
  readonly migrate?: (state: JsonValue, version: number) => State;
  /** A synchronous Standard Schema of the state: checked after a start and after each call that changes the state. */
  readonly schema?: StandardSchemaV1;
}

/** What a running service knows of its state beside the state itself. */
export interface StateSchema {
  readonly version: number;
  /** The service keeps its state elsewhere. */
  readonly isExternal: boolean;
  readonly migrate: ((state: JsonValue, version: number) => unknown) | undefined;
  readonly schema: StandardSchemaV1 | undefined;
}

const SHAPE: Shape<VersionedState<unknown>> = {
  version: required(isCount),
  initial: required(isAnything),
  migrate: isFunction,
  schema: isAnything,
};

const isVersioned = (state: unknown): state is VersionedState<unknown> =>
  typeof state === 'object' &&
  state !== null &&
  !Array.isArray(state) &&
  typeof (state as { version?: unknown }).version === 'number' &&
  'initial' in state;

const UNVERSIONED: StateSchema = { version: 0, isExternal: false, migrate: undefined, schema: undefined };

/**
 * Reads the `state` of a declaration. An object with a number `version` and with `initial` is a versioned state and has no other keys
 * than those of {@link VersionedState}.
 *
 * @throws {TypeError} If the initial state is not plain JSON data, or does not fit its own schema.
 */
export function stateOf(
  state: unknown,
  where: string,
): { readonly initial: unknown; readonly schema: StateSchema } {
  if (state === undefined) return { initial: undefined, schema: UNVERSIONED };
  if (state === 'external') return { initial: undefined, schema: { ...UNVERSIONED, isExternal: true } };
  if (!isVersioned(state)) {
    assertState(state, where);
    return { initial: state, schema: UNVERSIONED };
  }
  checkOptions(where, state, SHAPE, 'key');
  const { version, initial, migrate, schema } = state;
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new TypeError(`${where}: version must be an integer above 0, found ${shown(version)}`);
  }
  if (schema !== undefined) assertSchema(schema, `${where}: schema`);
  assertState(initial, where);
  const mistake = schema && schemaMistake(schema, initial);
  if (mistake !== undefined) throw new TypeError(`${where} does not fit its schema${mistake}`);
  return { initial, schema: { version, isExternal: false, migrate, schema } };
}

/**
 * The state with which a service goes on from what a store has kept.
 *
 * @throws {ServiceError} `ERR_STATE_VERSION` if a newer version of the service wrote it, or none can carry it over; `ERR_STATE_SHAPE`
 *   if it does not fit the schema, or `migrate` fails. The stored state stays as it is.
 */
export function migrated(
  id: string,
  saved: JsonValue,
  from: number,
  known: StateSchema = UNVERSIONED,
): unknown {
  const { version, migrate, schema } = known;
  const name = `state of service \`${oneLine(id)}\``;
  if (from > version || (from < version && migrate === undefined)) {
    const why =
      from > version
        ? 'install the version of the service that wrote it'
        : 'declare `migrate` beside `version`';
    const text = `${name}: version ${from} is stored, the service has version ${version}: ${why}`;
    throw new ServiceError('ERR_STATE_VERSION', text, { found: from, expected: version });
  }
  let state: unknown = saved;
  if (from < version) {
    try {
      state = migrate?.(saved, from);
      assertState(state, name);
    } catch (cause) {
      const text = `${name}: version ${from} could not be carried over: ${oneLine(messageOf(cause))}`;
      throw new ServiceError('ERR_STATE_SHAPE', text, { found: from, expected: version }, { cause });
    }
  }
  const mistake = schema && schemaMistake(schema, state);
  if (mistake === undefined) return state;
  throw new ServiceError('ERR_STATE_SHAPE', `${name} does not fit its schema${mistake}`, { found: from });
}
