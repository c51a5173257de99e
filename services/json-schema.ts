import type { JsonValue } from '../interpreter/index.ts';
import type { StandardSchemaV1 } from './schema.ts';

/** A JSON Schema (2020-12) as an object. */
export type JsonSchema = { readonly [key: string]: JsonValue | undefined };

/** What schema libraries offer beside Standard Schema: https://standardschema.dev/json-schema. */
interface WithJsonSchema {
  readonly '~standard': {
    readonly jsonSchema?: { input(options: { readonly target: string }): Record<string, JsonValue> };
  };
}

/**
 * The JSON Schema of what a schema accepts, without its `$schema`. `undefined` if the library gives none, or has no JSON Schema for this
 * one (for instance for a custom check).
 */
export function jsonSchemaOf(schema: StandardSchemaV1): JsonSchema | undefined {
  try {
    const given = (schema as WithJsonSchema)['~standard'].jsonSchema?.input({ target: 'draft-2020-12' });
    if (given === undefined) return undefined;
    const plain = JSON.parse(JSON.stringify(given)) as Record<string, JsonValue>;
    delete plain['$schema'];
    return plain;
  } catch {
    return undefined;
  }
}
