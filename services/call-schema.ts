import { shown } from '../base/options.ts';
import { isDefinition } from './declaration.ts';
import type { NamedArgument, ServiceDefinition, ServiceFunction } from './define-service.ts';
import { jsonSchemaOf } from './json-schema.ts';
import type { JsonSchema } from './json-schema.ts';
import { schemaMistake } from './schema-mistake.ts';

/** What {@link callSchema} says of one function. */
export interface FunctionSchema {
  /** Of the argument array of a call, as AIR passes it: by position. */
  readonly arguments: JsonSchema;
  /** Names of the arguments, by position; those from `required` on may be left out. */
  readonly names: readonly string[];
  readonly required: number;
  /** Of the answer; `{}` (anything) for a function without `result`. */
  readonly result: JsonSchema;
  /** Names of arguments whose origin a guard checks. */
  readonly guarded: readonly string[];
  readonly management: boolean;
}

/** A service as data: for documentation, for declarations in Aqua, and for tools. */
export interface CallSchema {
  readonly service: string;
  readonly functions: Readonly<Record<string, FunctionSchema>>;
}

/**
 * JSON Schema (2020-12) of all functions of a service. A schema whose library gives no JSON Schema becomes `{}`: anything.
 *
 * @throws {TypeError} If this is not what `defineService` gives.
 * @example JSON.stringify(callSchema(blog({ authPeer })).functions['add_post']?.names) // '["text","is_admin"]'
 */
export function callSchema(definition: ServiceDefinition): CallSchema {
  if (!isDefinition(definition)) {
    throw new TypeError(`callSchema: expected what defineService(…) gives, found ${shown(definition)}`);
  }
  const functions = [...definition.functions.values()].map(fn => [fn.name, functionSchema(fn)] as const);
  return { service: definition.id, functions: Object.fromEntries(functions) };
}

function functionSchema(fn: ServiceFunction): FunctionSchema {
  const required = requiredCount(fn.arguments);
  const prefixItems = fn.arguments.map(({ name, schema }) => ({ title: name, ...jsonSchemaOf(schema) }));
  const rest = fn.rest && (jsonSchemaOf(fn.rest) ?? {});
  return {
    arguments: {
      type: 'array',
      ...(prefixItems.length > 0 && { prefixItems }),
      minItems: required,
      ...(rest === undefined ? { maxItems: prefixItems.length } : { items: rest }),
    } as JsonSchema,
    names: fn.arguments.map(({ name }) => name),
    required,
    result: (fn.result && jsonSchemaOf(fn.result)) ?? {},
    guarded: fn.arguments.flatMap(({ name, guard }) => (guard === undefined ? [] : [name])),
    management: fn.management,
  };
}

/** Arguments up to the last one that may not be left out. */
function requiredCount(all: readonly NamedArgument[]): number {
  const last = all.findLastIndex(({ schema }) => schemaMistake(schema, undefined) !== undefined);
  return last + 1;
}
