import { hasShape, isAnything, isString, required, shown } from '../base/options.ts';
import { parseJson, toJsonValue } from '../interpreter/index.ts';
import type { JsonValue } from '../interpreter/index.ts';
import type { CallContext } from './call-context.ts';
import type { ServiceDefinition } from './define-service.ts';
import type { StandardSchemaV1 } from './schema.ts';
import { schemaMistake } from './schema-mistake.ts';

/** Functions of another service of the peer that a guest, or a service in another process, may call. */
export interface AllowedService {
  /** Its declared schemas check what crosses, so each of the functions needs a `result` schema. */
  readonly definition: ServiceDefinition<never> | ServiceDefinition;
  readonly functions: readonly string[];
}

/** One function of another service. */
export interface AllowedFunction {
  readonly service: string;
  readonly name: string;
  readonly arguments: readonly StandardSchemaV1[];
  readonly rest: StandardSchemaV1 | undefined;
  readonly result: StandardSchemaV1;
}

/** What may be called: see {@link allowedFunctions}. */
export type AllowedFunctions = ReadonlyMap<string, AllowedFunction>;

/**
 * The functions of an allow-list.
 *
 * @param where Of the mistake's text.
 * @throws {TypeError} If something is misspelt, or a schema is missing.
 * @example allowedFunctions('remoteService: services', [{ definition: stock, functions: ['price_of'] }])
 */
export function allowedFunctions(where: string, services: readonly AllowedService[]): AllowedFunctions {
  if (!Array.isArray(services))
    throw new TypeError(`${where} must be a list of { definition, functions }, found ${shown(services)}`);
  const all = services.flatMap(service => functionsOf(where, service));
  return new Map(all.map(fn => [callName(fn.service, fn.name), fn]));
}

/** Names one function of one service, whatever characters the names have. */
const callName = (service: string, name: string): string => JSON.stringify([service, name]);

function functionsOf(where: string, given: AllowedService): AllowedFunction[] {
  const { definition, functions } = Object(given) as AllowedService;
  const mistake = hasShape({ id: required(isString), functions: required(isAnything) })({
    id: definition?.id,
    functions: definition?.functions,
  });
  if (mistake !== undefined || !Array.isArray(functions))
    throw new TypeError(`${where} takes { definition, functions } with what defineService(…) gives`);
  return functions.map((name: string) => {
    const of = `${where}: \`${definition.id}.${name}\``;
    const fn = definition.functions.get(name);
    if (fn === undefined) throw new TypeError(`${of} does not exist`);
    if (fn.result === undefined) throw new TypeError(`${of} needs a \`result\` schema`);
    const schemas = fn.arguments.map(({ schema }) => schema);
    return { service: definition.id, name, arguments: schemas, rest: fn.rest, result: fn.result };
  });
}

/** What became of a call by the allow-list. */
export type AllowedEnd =
  | { readonly kind: 'served'; readonly value: JsonValue; readonly resultJson: string }
  /** It is not on the list, or does not fit the schemas. */
  | { readonly kind: 'unfit'; readonly text: string }
  /** The gatekeeper or the other service refuses: as much as the script of such a call would learn. */
  | { readonly kind: 'refused'; readonly text: string };

/**
 * Makes a call of another service for code that is not trusted: by its allow-list, with arguments and an answer that fit the schemas, and through
 * the gatekeeper as any call.
 *
 * @example await callAllowed(allowed, { service: 'stock', name: 'price_of', args: ['apple'] }, call) // { kind: 'served', … }
 */
export async function callAllowed(
  allowed: AllowedFunctions,
  {
    service,
    name,
    args,
  }: { readonly service: string; readonly name: string; readonly args: readonly JsonValue[] },
  call: Pick<CallContext<unknown, string>, 'callService'>,
): Promise<AllowedEnd> {
  const fn = allowed.get(callName(service, name));
  const shownName = `\`${service.slice(0, NAME_SHOWN)}.${name.slice(0, NAME_SHOWN)}\``;
  if (fn === undefined) return { kind: 'unfit', text: `${shownName} is not on the allow-list` };
  const mistake = listMistake(fn, args);
  if (mistake !== undefined) return { kind: 'unfit', text: `${shownName}: ${mistake}` };
  const decision = await call.callService(service, name, args);
  if (decision.kind !== 'served') return { kind: 'refused', text: decision.text };
  const { result } = decision;
  const resultJson = 'resultJson' in result ? result.resultJson : JSON.stringify(result.result);
  const value = toJsonValue(parseJson(resultJson));
  const misfit = schemaMistake(fn.result, value);
  return misfit === undefined
    ? { kind: 'served', value, resultJson }
    : { kind: 'unfit', text: `${shownName}: the answer does not fit its schema${misfit}` };
}

/** UTF-16 units of a stranger's name in a text. */
const NAME_SHOWN = 80;

/**
 * How arguments by position miss their schemas; `undefined` if they fit.
 *
 * @example listMistake({ arguments: [z.string()] }, [1]) // 'argument 0: …'
 */
export function listMistake(
  fn: { readonly arguments: readonly StandardSchemaV1[]; readonly rest?: StandardSchemaV1 | undefined },
  args: readonly JsonValue[],
): string | undefined {
  const { arguments: schemas, rest } = fn;
  if (args.length > schemas.length && rest === undefined)
    return `takes ${schemas.length} arguments, got ${args.length}`;
  const all = Math.max(args.length, schemas.length);
  for (let i = 0; i < all; i += 1) {
    const schema = schemas[i] ?? rest;
    const mistake = schema && schemaMistake(schema, args[i]);
    if (mistake !== undefined) return `argument ${i}${mistake}`;
  }
  return undefined;
}
