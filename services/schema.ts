/**
 * What Beryl needs of a schema: the Standard Schema interface (https://standardschema.dev, version 1), which zod, valibot and
 * arktype implement. Written out here, so that services depend on no schema library.
 */
export interface StandardSchemaV1<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

export type SchemaResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

/** What a schema says of a value that it refuses; `path` leads to the place inside. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * The type that a schema accepts, not the one that it may turn values into: a schema in Beryl accepts or refuses and never
 * changes, because the guards vouch for the value that the script passed, and the handler must get that very value.
 */
export type SchemaInput<Schema extends StandardSchemaV1> =
  Schema extends StandardSchemaV1<infer Input, unknown> ? Input : never;
