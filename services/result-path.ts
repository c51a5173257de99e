import { shown, suggestion } from '../base/options.ts';
import { isGetter } from '../interpreter/index.ts';
import { isDefinition } from './declaration.ts';
import type { ServiceDefinition } from './define-service.ts';
import { jsonSchemaOf } from './json-schema.ts';
import type { JsonSchema } from './json-schema.ts';

/**
 * The type of the part of a result at a getter, as tetraplets spell it; `never` if there is no such part. `unknown` for results without
 * a type, and for getters that the compiler does not know.
 */
export type PartAt<Result, Getter extends string> = string extends Getter
  ? unknown
  : unknown extends Result
    ? unknown
    : Getter extends ''
      ? Result
      : Getter extends `.$.${infer Path}`
        ? PartOf<Result, Path>
        : never;

type PartOf<Value, Path extends string> = Path extends `${infer Step}.${infer Rest}`
  ? PartOf<StepOf<Value, Step>, Rest>
  : StepOf<Value, Path>;

type StepOf<Value, Step extends string> = unknown extends Value
  ? unknown
  : Step extends `["${string}"]`
    ? unknown
    : Step extends `[${number}]`
      ? Value extends readonly (infer Element)[]
        ? Element
        : never
      : Step extends keyof Value
        ? Value[Step]
        : Step extends 'length'
          ? number
          : never;

/** `Getter` if the result has such a part. Otherwise a text that no getter equals: the compiler shows it. */
export type GetterInto<Result, Getter extends string> = [PartAt<Result, Getter>] extends [never]
  ? `the result has no part ${Getter}`
  : Getter;

/**
 * Checks that a service has a function, and its result such a part, as far as a JSON Schema of the result is at hand.
 *
 * @throws {TypeError} If the service has no such function, or the result no such part.
 */
export function assertPart(where: string, service: ServiceDefinition, fn: string, getter: string): void {
  if (!isDefinition(service)) {
    throw new TypeError(`${where}: expected what defineService(…) gives, found ${shown(service)}`);
  }
  const declared = service.functions.get(fn);
  if (declared === undefined) {
    const near = suggestion(String(fn), [...service.functions.keys()]);
    throw new TypeError(`${where}: \`${service.id}\` has no function \`${fn}\`${near}`);
  }
  if (declared.result === undefined || !isGetter(getter) || getter === '') return;
  let at: JsonSchema | undefined = jsonSchemaOf(declared.result);
  for (const step of stepsOf(getter)) {
    const next = partOf(at, step);
    if (next === 'none') {
      const near =
        typeof step === 'string' ? suggestion(step, Object.keys(Object(at?.['properties']) as object)) : '';
      const part = typeof step === 'number' ? `[${step}]` : step;
      throw new TypeError(
        `${where}: the result of \`${service.id}.${fn}\` has no part \`${part}\` (\`${getter}\`)${near}`,
      );
    }
    if (next === undefined) return;
    at = next;
  }
}

/** `.$.a.[0].["b c"].length` → `a`, 0, `b c`, `length`. */
function stepsOf(getter: string): (string | number)[] {
  const steps = getter.matchAll(/\.(?:\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[]+))/g);
  return [...steps]
    .slice(1)
    .map(([, index, quoted, plain = '']) => (index === undefined ? (quoted ?? plain) : Number(index)));
}

/** The schema of a part; `undefined`: nothing is known of it; `none`: there is no such part. */
function partOf(schema: JsonSchema | undefined, step: string | number): JsonSchema | 'none' | undefined {
  if (schema === undefined) return undefined;
  const { type, properties, additionalProperties, items, prefixItems } = schema as {
    readonly type?: unknown;
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly additionalProperties?: unknown;
    readonly items?: unknown;
    readonly prefixItems?: readonly JsonSchema[];
  };
  if (typeof type !== 'string') return undefined;
  if (type === 'array') {
    if (step === 'length') return undefined;
    if (typeof step !== 'number') return 'none';
    if (prefixItems !== undefined)
      return prefixItems[step] ?? (items === undefined || items === false ? 'none' : schemaOf(items));
    return schemaOf(items);
  }
  if (type !== 'object' || typeof step === 'number') return 'none';
  if (properties !== undefined && Object.hasOwn(properties, step)) return properties[step];
  const isOpen = additionalProperties !== undefined && additionalProperties !== false;
  return isOpen ? schemaOf(additionalProperties) : 'none';
}

const schemaOf = (value: unknown): JsonSchema | undefined =>
  typeof value === 'object' && value !== null ? (value as JsonSchema) : undefined;
