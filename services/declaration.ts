import { isDraftable } from 'immer';
import {
  hasMethods,
  isAnything,
  isBoolean,
  isFunction,
  isOneOf,
  isPlain,
  isPositive,
  isString,
  required,
  shown,
} from '../base/options.ts';
import type { Check, Shape } from '../base/options.ts';
import { fromJsonValue } from '../interpreter/index.ts';
import type { FunctionDeclaration, ServiceDefinition, ServiceSpec } from './define-service.ts';
import { abandon, isThenable } from './promises.ts';
import type { ArgumentSchemas } from './define-service.ts';
import type { StandardSchemaV1 } from './schema.ts';

/** Guard modes, by {@link GuardMode}. */
export const isGuardMode = isOneOf('enforce', 'monitor', 'off');

/** What a guard, or `monitor(guard)`, must have. */
export const isGuard: Check = value =>
  typeof (value as { check?: unknown } | null)?.check === 'function'
    ? undefined
    : `a guard with a check function, such as expectOrigin(…), found ${shown(value)}`;

export const SERVICE_SHAPE: Shape<ServiceSpec> = {
  id: required(isString),
  state: isAnything,
  functions: required(isPlain),
  guardMode: isGuardMode,
};

export const FUNCTION_SHAPE: Shape<FunctionDeclaration<unknown, ArgumentSchemas>> = {
  arguments: required(isPlain),
  rest: isAnything,
  result: isAnything,
  guards: isAnything,
  caller: hasMethods('checkCaller'),
  management: isBoolean,
  guardMode: isGuardMode,
  timeoutMs: isPositive,
  handler: required(isFunction),
};

/** @throws {TypeError} If it is not what `defineService` gives. */
export function assertDefinition(definition: ServiceDefinition): void {
  if (isDefinition(definition)) return;
  const { takeTurn } = Object(definition) as { takeTurn?: unknown };
  const found = typeof takeTurn === 'function' ? 'a service that runs already' : shown(definition);
  throw new TypeError(`startService: expected what defineService(…) gives, found ${found}`);
}

export function isDefinition(value: unknown): value is ServiceDefinition {
  const { id, functions } = Object(value) as Partial<Record<keyof ServiceDefinition, unknown>>;
  return typeof id === 'string' && functions instanceof Map;
}

/** @throws {TypeError} If a state is not plain JSON data in an object or an array. */
export function assertState(state: unknown, where: string): void {
  if (!isDraftable(state))
    throw new TypeError(`${where} must be an object or an array, found ${shown(state)}`);
  try {
    fromJsonValue(state, 'state');
  } catch (cause) {
    throw new TypeError(`${where} must be plain JSON data: ${(cause as Error).message}`, { cause });
  }
}

/**
 * @throws {TypeError} If it is not a Standard Schema, or is asynchronous. A schema that throws on `undefined` is accepted: it
 *   refuses the call.
 */
export function assertSchema(schema: StandardSchemaV1, where: string): void {
  const validate: unknown = schema?.['~standard']?.validate;
  if (typeof validate !== 'function') {
    throw new TypeError(`${where} needs a schema that implements Standard Schema, found ${shown(schema)}`);
  }
  let probe: unknown;
  try {
    probe = schema['~standard'].validate(undefined);
    if (!isThenable(probe)) return;
  } catch {
    return;
  }
  abandon(probe);
  throw new TypeError(`${where} has an asynchronous schema; only synchronous ones decide before the guards`);
}
