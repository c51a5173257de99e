import {
  checkOptions,
  isAnything,
  isBoolean,
  isFunction,
  isPlain,
  required,
  shown,
} from '../base/options.ts';
import type { JsonValue } from '../interpreter/index.ts';
import {
  allowedFunctions,
  type AllowedFunctions,
  type AllowedService,
  type CallContext,
  type StandardSchemaV1,
} from '../services/index.ts';

/** A function of this program that a guest may call. */
export interface HostFunction {
  /** A schema for each argument, by position. */
  readonly arguments: readonly StandardSchemaV1[];
  readonly result: StandardSchemaV1;
  /**
   * Answers. The guest sees the text of `fail(…)`, returned or thrown; of any other exception it learns only that there was one, and the log
   * of the peer has it.
   */
  call(args: readonly JsonValue[], call: CallContext<unknown, string>): unknown;
}

/** What a guest may use beside its arguments and its memory. Everything that is left out is not there. */
export interface Allow {
  /** The time at which its call began, and no other: it cannot measure how long anything takes. */
  readonly clock?: boolean;
  /** Random numbers, fit for choices, not for keys. */
  readonly random?: boolean;
  /** Functions of this program, by name: `beryl.host(name, …)`. */
  readonly host?: Readonly<Record<string, HostFunction>>;
  /** Other services of the peer: `beryl.call(service, fn, …)`. The gatekeeper decides as well. */
  readonly services?: readonly AllowedService[];
  /** For WebAssembly: system calls of WASI that reach no files, no network, and no program. Clock and randomness as above. */
  readonly wasi?: boolean;
}

/** What a guest may call: functions of this program by name, and those of other services. */
export interface AllowedCalls {
  readonly host: ReadonlyMap<string, HostFunction>;
  readonly services: AllowedFunctions;
}

/** @throws {TypeError} If something is misspelt, or a schema is missing. */
export function allowedCalls(allow: Allow): AllowedCalls {
  checkOptions('sandboxed: allow', allow, {
    clock: isBoolean,
    random: isBoolean,
    host: isPlain,
    services: isAnything,
    wasi: isBoolean,
  });
  const host = Object.entries(allow.host ?? {});
  for (const [name, fn] of host) checkHostFunction(`sandboxed: allow.host.${name}`, fn);
  const services = allowedFunctions('sandboxed: allow.services', allow.services ?? []);
  return { host: new Map(host), services };
}

function checkHostFunction(where: string, fn: HostFunction): void {
  checkOptions(where, fn, {
    arguments: required(isAnything),
    result: required(isAnything),
    call: required(isFunction),
  });
  if (!Array.isArray(fn.arguments)) throw new TypeError(`${where}: arguments must be a list of schemas`);
  for (const schema of [...(fn.arguments as StandardSchemaV1[]), fn.result]) requireSchema(schema, where);
}

function requireSchema(schema: StandardSchemaV1 | undefined, where: string): void {
  if (typeof schema?.['~standard']?.validate !== 'function')
    throw new TypeError(`${where} needs schemas that implement Standard Schema, found ${shown(schema)}`);
}
