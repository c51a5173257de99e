import type { JsonValue } from '../interpreter/index.ts';
import type { CallContext } from './call-context.ts';
import type { CallerGuard, Guard } from './guards/guard.ts';
import type { SchemaInput, StandardSchemaV1 } from './schema.ts';

/** Schemas by argument name; their order is the order of the arguments in AIR. */
export type ArgumentSchemas = Readonly<Record<string, StandardSchemaV1>>;

/** What a handler gets for its schemas. */
export type ArgumentValues<Schemas extends ArgumentSchemas> = {
  readonly [Name in keyof Schemas]: SchemaInput<Schemas[Name]>;
};

/** One function of a service: declaration, guards and handler in one value, so that none can exist without the others. */
export interface FunctionDeclaration<State, Schemas extends ArgumentSchemas> {
  /**
   * A Standard Schema (zod, valibot, …) for each argument. AIR passes arguments by position, in this order; a missing one
   * reaches its schema as `undefined`, a surplus one is refused. Synchronous schemas only. A schema accepts or refuses: what
   * it would change or strip is ignored, the handler gets the value that the guards have seen.
   */
  readonly arguments: Schemas;
  /** Arguments beyond the named ones: each must satisfy this schema. They reach the handler as `call.rest`, unguarded. */
  readonly rest?: StandardSchemaV1;
  /**
   * Where each argument must come from. Required, if only as `{}`: an argument without a guard is one that any script may
   * choose, and that should be a decision.
   */
  readonly guards: { readonly [Name in NoInfer<keyof Schemas>]?: Guard };
  /** Who may call. Left out: everybody whom the access list lets through. */
  readonly caller?: CallerGuard;
  /** Only for the owner of the peer, and for peers that an access rule names. */
  readonly management?: boolean;
  /** Milliseconds after which the call fails, if the particle does not expire sooner. Left out: the particle's expiry. */
  readonly timeoutMs?: number;
  /**
   * Answers the call: a JSON value, `ok`, `okJson`, `fail`, or a promise of them. An exception fails the call with its
   * message, which the script sees: do not put secrets into it. Arguments are frozen.
   */
  handler(args: ArgumentValues<Schemas>, call: CallContext<State, keyof Schemas & string>): unknown;
}

/** A function as dispatch sees it, whatever its types were. */
export interface ServiceFunction {
  readonly name: string;
  readonly arguments: readonly NamedArgument[];
  readonly rest: StandardSchemaV1 | undefined;
  readonly caller: CallerGuard | undefined;
  readonly management: boolean;
  readonly timeoutMs: number;
  handler(args: Readonly<Record<string, JsonValue | undefined>>, call: CallContext<unknown, string>): unknown;
}

export interface NamedArgument {
  readonly name: string;
  readonly schema: StandardSchemaV1;
  readonly guard: Guard | undefined;
}

/** A defined service; {@link startService} makes it run. `State` is the type of what it keeps. */
export interface ServiceDefinition<State = unknown> {
  readonly id: string;
  readonly functions: ReadonlyMap<string, ServiceFunction>;
  /** State of a fresh instance; `undefined` for services without state, whose calls do not wait for each other. */
  readonly initialState: State;
}

/**
 * Defines a service as one value. Types of arguments and state are inferred.
 *
 * @param spec.id        Service id, as scripts call it. May be empty; then no guard can ask for its answers.
 * @param spec.state     State of a fresh instance: plain JSON data (bytes as text: they would be neither copied nor frozen).
 * @param spec.functions Functions by name.
 * @throws {TypeError} If the declaration contradicts itself: a guard for an argument that is not declared (the guard would
 *   silently protect nothing), a name that scripts cannot use, an asynchronous schema, a timeout that is not positive.
 * @example
 * defineService({
 *   id: 'blog',
 *   state: { posts: [] as string[] },
 *   functions: {
 *     add_post: {
 *       arguments: { text: z.string(), token: z.boolean() },
 *       guards: { token: expectOrigin(AUTH_PEER, 'auth-status', 'check', '.$.ok') },
 *       handler: ({ text }, call) => call.state.posts.push(text),
 *     },
 *   },
 * });
 */
export function defineService<
  Functions extends Readonly<Record<string, ArgumentSchemas>>,
  State = undefined,
>(spec: {
  readonly id: string;
  readonly state?: State;
  readonly functions: { readonly [Name in keyof Functions]: FunctionDeclaration<State, Functions[Name]> };
}): ServiceDefinition<State> {
  if (typeof spec.id !== 'string') throw new TypeError('defineService: id must be a string');
  const functions = new Map<string, ServiceFunction>();
  for (const [name, declaration] of Object.entries(spec.functions)) {
    functions.set(name, toServiceFunction(`${spec.id}.${name}`, name, declaration));
  }
  return { id: spec.id, functions, initialState: spec.state as State };
}

/** Forgets the types that inference has checked; dispatch gives handlers exactly what their declaration says. */
function toServiceFunction<State>(
  where: string,
  name: string,
  declaration: FunctionDeclaration<State, ArgumentSchemas>,
): ServiceFunction {
  const { timeoutMs = Infinity, management = false, rest, caller } = declaration;
  if (name === '') throw new TypeError(`${where}: a function needs a name`);
  if (typeof declaration.handler !== 'function') throw new TypeError(`${where}: handler must be a function`);
  if (!(timeoutMs > 0)) throw new TypeError(`${where}: timeoutMs must be above 0`);
  if (caller !== undefined && typeof caller.checkCaller !== 'function') {
    throw new TypeError(`${where}: caller must be a caller guard, such as expectInitPeer(…)`);
  }
  if (rest !== undefined) assertSchema(rest, `${where}: rest`);
  return {
    name,
    arguments: namedArguments(where, declaration),
    rest,
    caller,
    management,
    timeoutMs,
    handler: (args, call) => declaration.handler(args, call as CallContext<State, string>),
  };
}

const ARGUMENT_NAME = /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_]*$/;

function namedArguments<State>(
  where: string,
  declaration: FunctionDeclaration<State, ArgumentSchemas>,
): NamedArgument[] {
  const guards: ReadonlyMap<string, Guard | undefined> = new Map(Object.entries(declaration.guards ?? {}));
  if (declaration.guards === undefined) {
    throw new TypeError(
      `${where}: guards are missing; write \`guards: {}\` if any script may choose all arguments`,
    );
  }
  for (const [name, guard] of guards) {
    if (!Object.hasOwn(declaration.arguments, name)) {
      throw new TypeError(`${where}: guard for unknown argument \`${name}\``);
    }
    if (guard !== undefined && typeof guard.check !== 'function') {
      throw new TypeError(`${where}: guard of \`${name}\` has no check function`);
    }
  }
  return Object.entries(declaration.arguments).map(([name, schema]) => {
    if (!ARGUMENT_NAME.test(name)) {
      throw new TypeError(`${where}: argument name \`${name}\` is not made of letters, digits and _`);
    }
    assertSchema(schema, `${where}: argument \`${name}\``);
    return { name, schema, guard: guards.get(name) };
  });
}

function assertSchema(schema: StandardSchemaV1, where: string): void {
  if (typeof schema?.['~standard']?.validate !== 'function') {
    throw new TypeError(`${where} needs a schema that implements Standard Schema`);
  }
  const probe = schema['~standard'].validate(undefined);
  if (probe instanceof Promise) {
    probe.catch(() => undefined);
    throw new TypeError(
      `${where} has an asynchronous schema; only synchronous ones decide before the guards`,
    );
  }
}
