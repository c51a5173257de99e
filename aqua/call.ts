import type { JsonValue } from '../interpreter/index.ts';
import type { Peer } from '../peer/index.ts';
import { startService, type ServiceDefinition } from '../services/index.ts';
import type { AquaFunction, CompiledAqua } from './compile.ts';
import { AquaError } from './errors.ts';
import { withAquaCall } from './failure.ts';
import type { AquaArgument, AquaType } from './types.ts';
import { fromScript, toScript } from './values.ts';

/** How {@link call} runs. */
export interface CallOptions {
  /** Services that the function calls on this peer; each is started and registered if the peer has none with its id. */
  readonly services?: readonly ServiceDefinition[];
  /** Lifetime, milliseconds; 7 000 if left out. */
  readonly ttlMs?: number;
  /** The peer that programs compiled with `relay` go through; this peer itself if left out. */
  readonly relay?: string;
}

/** Arguments by position, or by name. Callbacks are functions. */
export type CallArguments = readonly unknown[] | Readonly<Record<string, unknown>>;

/**
 * Calls a compiled function: starts its script on a peer, and waits for what it returns.
 *
 * @returns The result; an array of several; `null` for none. Options are the value, or `null`.
 * @throws {AquaError} `ERR_AQUA_FUNCTION` if the program exports no such function, `ERR_AQUA_ARGUMENT` if an argument is missing, too
 *   much, or not of its type.
 * @throws {StartedFailure} If the script fails; the message names the Aqua call.
 * @spec docs/aqua.md#call
 * @example const ok = await call(peer, compiled, 'post', ['hello', blogPeerId], { services: [blog({ authPeer })] });
 */
export async function call(
  peer: Peer,
  compiled: CompiledAqua,
  name: string,
  args: CallArguments = [],
  options: CallOptions = {},
): Promise<JsonValue> {
  const fn = functionOf(compiled, name);
  const { data, callbacks } = given(fn, args);
  for (const definition of options.services ?? [])
    if (peer.services.find(definition.id) === undefined) peer.services.register(startService(definition));
  const run = peer.run(fn.script, {
    ...(options.ttlMs === undefined ? {} : { ttlMs: options.ttlMs }),
    handlers: { data: { ...data, '-relay-': options.relay ?? peer.peerId }, callbacks },
  });
  const response = await run.done.catch((failure: unknown) => {
    throw withAquaCall(failure, compiled);
  });
  return resultOf(response, fn.results);
}

/** @throws {AquaError} `ERR_AQUA_FUNCTION` */
export function functionOf({ functions }: CompiledAqua, name: string): AquaFunction {
  const fn = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (fn !== undefined) return fn;
  const known = Object.keys(functions);
  const which =
    known.length === 0 ? 'it exports none' : `it exports ${known.map(other => `\`${other}\``).join(', ')}`;
  throw new AquaError('ERR_AQUA_FUNCTION', `the program exports no function \`${name}\`; ${which}`, { name });
}

type Callbacks = Record<string, (...args: readonly JsonValue[]) => unknown>;

/** What the script loads, and what it calls back. */
export function given(
  fn: AquaFunction,
  args: CallArguments,
): { data: Record<string, JsonValue>; callbacks: Callbacks } {
  const data: Record<string, JsonValue> = {};
  const callbacks: Callbacks = {};
  const values = byName(fn, args);
  for (const { name, type } of fn.arguments) {
    const value = values.get(name);
    if (type.kind === 'arrow') callbacks[name] = callbackOf(value, type, `${fn.name}: ${name}`);
    else data[name] = toScript(value, type, `${fn.name}: ${name}`);
  }
  return { data, callbacks };
}

function byName(fn: AquaFunction, args: CallArguments): Map<string, unknown> {
  const names = fn.arguments.map(({ name }) => name);
  if (Array.isArray(args)) {
    if (args.length > names.length) throw surplus(fn, `${args.length} arguments`);
    return new Map(names.map((name, i) => [name, (args as readonly unknown[])[i]]));
  }
  if (typeof args !== 'object' || args === null)
    throw new AquaError('ERR_AQUA_ARGUMENT', `${fn.name}: arguments are an array, or an object by name`);
  const unknown = Object.keys(args).find(name => !names.includes(name));
  if (unknown !== undefined) throw surplus(fn, `\`${unknown}\``);
  return new Map(Object.entries(args));
}

const surplus = ({ name, arguments: expected }: AquaFunction, found: string): AquaError =>
  new AquaError('ERR_AQUA_ARGUMENT', `${name}: expected ${argumentsText(expected)}, found ${found}`, {
    name,
  });

const argumentsText = (args: readonly AquaArgument[]): string =>
  args.length === 0 ? 'no arguments' : `arguments ${args.map(({ name }) => `\`${name}\``).join(', ')}`;

function callbackOf(value: unknown, type: AquaType & { kind: 'arrow' }, path: string): Callbacks[string] {
  if (typeof value !== 'function')
    throw new AquaError('ERR_AQUA_ARGUMENT', `${path}: expected a function`, { path });
  return async (...args) => {
    const converted = args.map((arg, i) => {
      const argument = type.arguments[i];
      return argument === undefined ? arg : fromScript(arg, argument.type);
    });
    const answer: unknown = await (value as (...all: readonly JsonValue[]) => unknown)(...converted);
    const [result] = type.results;
    return result === undefined ? {} : toScript(answer, result, path);
  };
}

function resultOf(response: JsonValue, results: readonly AquaType[]): JsonValue {
  const [only] = results;
  if (only === undefined) return null;
  if (results.length === 1) return fromScript(response, only);
  return Array.isArray(response)
    ? response.map((value, i) => (results[i] === undefined ? value : fromScript(value, results[i])))
    : response;
}
