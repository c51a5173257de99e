import { checkOptions, shown, suggestion } from '../base/options.ts';
import type { JsonValue } from '../interpreter/index.ts';
import type { CallContext } from './call-context.ts';
import { assertSchema, FUNCTION_SHAPE, isGuard, SERVICE_SHAPE } from './declaration.ts';
import type { GuardMode } from './guard-mode.ts';
import { isMonitored } from './guards/monitor.ts';
import type { CallerGuard, Guard, GuardOf } from './guards/guard.ts';
import type { Fail, Ok, OkJson } from './result.ts';
import type { SchemaInput, StandardSchemaV1 } from './schema.ts';
import { stateOf } from './state-declaration.ts';
import type { StateSchema, VersionedState } from './state-declaration.ts';

/** Schemas by argument name; their order is the order of the arguments in AIR. */
export type ArgumentSchemas = Readonly<Record<string, StandardSchemaV1>>;

/** What a handler gets for its schemas. */
export type ArgumentValues<Schemas extends ArgumentSchemas> = {
  readonly [Name in keyof Schemas]: SchemaInput<Schemas[Name]>;
};

/** JSON as a handler may answer with it. An `interface` is not one for the compiler; write `type`. */
export type JsonAnswer =
  null | boolean | number | bigint | string | readonly JsonAnswer[] | { readonly [key: string]: JsonAnswer };

/** What a handler may return: a value of its `result` schema, or without one any JSON; `ok`, `okJson` and `fail` always. */
export type HandlerAnswer<Result> =
  | ([Result] extends [StandardSchemaV1] ? SchemaInput<Result> : JsonAnswer | undefined | void)
  | Ok
  | OkJson
  | Fail;

/** What the functions of a service answer, by name: `unknown` for those without `result`. */
export type ResultsOf<Functions, Results> = {
  readonly [Name in keyof Functions]: Name extends keyof Results
    ? Results[Name] extends StandardSchemaV1
      ? SchemaInput<Results[Name]>
      : unknown
    : unknown;
};

/** The state that this peer keeps: none of a service that keeps it elsewhere. */
export type KeptState<State> = [State] extends ['external'] ? undefined : State;

/** One function of a service: declaration, guards and handler in one value, so that none can exist without the others. */
export interface FunctionDeclaration<State, Schemas extends ArgumentSchemas, Result = unknown> {
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
  readonly guards: {
    readonly [Name in NoInfer<keyof Schemas>]?: GuardOf<NoInfer<SchemaInput<Schemas[Name]>>>;
  };
  /**
   * A Standard Schema of the answer. The handler's type must fit, an answer that does not fit fails the call, and other services can
   * name parts of the answer: `expectOrigin(thisService, fn, getter, { peer })`. Left out: any JSON.
   */
  readonly result?: Result;
  /** Who may call. Left out: every peer that the access list allows. */
  readonly caller?: CallerGuard;
  /** Only for the owner of the peer, and for peers that an access rule names. */
  readonly management?: boolean;
  /**
   * Guard mode of this function. It overrides the service and the peer; left out: their mode. The `caller` rule of a
   * management function is enforced in every mode.
   */
  readonly guardMode?: GuardMode;
  /** Milliseconds after which the call fails, if the particle does not expire sooner. Left out: the particle's expiry. */
  readonly timeoutMs?: number;
  /**
   * Answers the call: a JSON value, `ok`, `okJson`, `fail`, or a promise of them. An exception fails the call with its
   * message, which the script sees: do not put secrets into it. Arguments are frozen.
   */
  handler(
    args: ArgumentValues<Schemas>,
    call: CallContext<KeptState<State>, keyof Schemas & string>,
  ): HandlerAnswer<NoInfer<Result>> | Promise<HandlerAnswer<NoInfer<Result>>>;
}

/** A function as dispatch sees it, whatever its types were. */
export interface ServiceFunction {
  readonly name: string;
  readonly arguments: readonly NamedArgument[];
  readonly rest: StandardSchemaV1 | undefined;
  readonly result: StandardSchemaV1 | undefined;
  readonly caller: CallerGuard | undefined;
  readonly management: boolean;
  /** Of the function, or else of the service; left out: of the peer. */
  readonly guardMode: GuardMode | undefined;
  readonly timeoutMs: number;
  handler(args: Readonly<Record<string, JsonValue | undefined>>, call: CallContext<unknown, string>): unknown;
}

export interface NamedArgument {
  readonly name: string;
  readonly schema: StandardSchemaV1;
  readonly guard: Guard | undefined;
}

/**
 * A defined service; {@link startService} makes it run. `State` is the type of what it keeps, `Results` of what its functions answer,
 * by name.
 */
export interface ServiceDefinition<State = unknown, Results = unknown> {
  readonly id: string;
  readonly functions: ReadonlyMap<string, ServiceFunction>;
  /** State of a fresh instance; `undefined` for services without state, whose calls do not wait for each other. */
  readonly initialState: State;
  /** SHA-256 (hex) of its code, for services whose code is data; it stands in each decision of a handler's run. */
  readonly source?: string;
  /** Version, migration and schema of the state. Left out: a definition that was put together by hand, version 0. */
  readonly stateSchema?: StateSchema | undefined;
  /** For the compiler only. */
  readonly results?: Results;
}

/** What {@link defineService} is given. */
export interface ServiceSpec<State = unknown> {
  /** Service id, as scripts call it. May be empty; then no guard can expect its answers. */
  readonly id: string;
  /**
   * State of a fresh instance: plain JSON data in an object or array (bytes as text: they would be neither copied nor frozen).
   * `{ version, initial, migrate, schema }` says how the state of earlier versions of the service is carried over: see
   * {@link VersionedState}. `'external'`: the service keeps its state in a system of its own, under `call.idempotencyKey`.
   */
  readonly state?: State | VersionedState<State> | 'external';
  /** Functions by name. */
  readonly functions: object;
  /** Guard mode of all its functions. Left out: the mode of the peer. */
  readonly guardMode?: GuardMode;
}

/**
 * Defines a service as one value. Types of arguments and state are inferred.
 *
 * @param spec The service: see {@link ServiceSpec}, and {@link FunctionDeclaration} for its functions.
 * @throws {TypeError} If the declaration is mistaken: something is missing, misspelt or of the wrong kind; a guard for an argument
 *   that is not declared (the guard would silently protect nothing); a name that scripts cannot use; an asynchronous schema; a
 *   state that is not JSON. The message begins with the path, such as `blog.add_post`.
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
  Results extends Readonly<Record<string, unknown>>,
  State = undefined,
>(
  spec: ServiceSpec<State> & {
    readonly functions: {
      readonly [Name in keyof Functions]: FunctionDeclaration<
        State,
        Functions[Name],
        Name extends keyof Results ? Results[Name] : unknown
      >;
    } & { readonly [Name in keyof Results]: { readonly result?: Results[Name] } };
  },
): ServiceDefinition<KeptState<State>, ResultsOf<Functions, Results>> {
  checkOptions('defineService', spec, SERVICE_SHAPE, 'key');
  const { id, guardMode } = spec;
  const { initial, schema: stateSchema } = stateOf(spec.state, `defineService: state of \`${id}\``);
  const functions = new Map<string, ServiceFunction>();
  const declared: Readonly<Record<string, FunctionDeclaration<State, ArgumentSchemas>>> =
    spec.functions as never;
  for (const [name, declaration] of Object.entries(declared)) {
    const fn = toServiceFunction(`${id}.${name}`, name, declaration);
    functions.set(name, { ...fn, guardMode: fn.guardMode ?? guardMode });
  }
  return { id, functions, initialState: initial as KeptState<State>, stateSchema };
}

/** Forgets the types that inference has checked; dispatch gives handlers exactly what their declaration says. */
function toServiceFunction<State>(
  where: string,
  name: string,
  declaration: FunctionDeclaration<State, ArgumentSchemas>,
): ServiceFunction {
  if (typeof declaration !== 'object' || declaration === null) {
    const found = shown(declaration);
    throw new TypeError(`${where}: expected { arguments, guards, handler }, found ${found}`);
  }
  if (name === '') throw new TypeError(`${where}: a function needs a name`);
  checkOptions(where, declaration, FUNCTION_SHAPE, 'key');
  const { timeoutMs = Infinity, management = false, rest, caller, guardMode } = declaration;
  if (rest !== undefined) assertSchema(rest, `${where}: rest`);
  const result = declaration.result as StandardSchemaV1 | undefined;
  if (result !== undefined) assertSchema(result, `${where}: result`);
  if (management && isMonitored(caller)) {
    throw new TypeError(`${where}: the caller rule of a management function cannot be monitored`);
  }
  return {
    name,
    arguments: namedArguments(where, declaration),
    rest,
    result,
    caller,
    management,
    guardMode,
    timeoutMs,
    handler: (args, call) => declaration.handler(args, call as CallContext<KeptState<State>, string>),
  };
}

const ARGUMENT_NAME = /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_]*$/;

function namedArguments<State>(
  where: string,
  { arguments: schemas, guards }: FunctionDeclaration<State, ArgumentSchemas>,
): NamedArgument[] {
  if (typeof guards !== 'object' || guards === null) {
    throw new TypeError(
      `${where}: guards are missing; write \`guards: {}\` if any script may choose all arguments`,
    );
  }
  const names = Object.keys(schemas);
  const byName: ReadonlyMap<string, Guard | undefined> = new Map(Object.entries(guards));
  for (const [name, guard] of byName) {
    if (!Object.hasOwn(schemas, name)) {
      throw new TypeError(`${where}: guard for unknown argument \`${name}\`${suggestion(name, names, '')}`);
    }
    const must = guard === undefined ? undefined : isGuard(guard);
    if (must !== undefined) throw new TypeError(`${where}: guard of \`${name}\` must be ${must}`);
  }
  return Object.entries(schemas).map(([name, schema]) => {
    if (!ARGUMENT_NAME.test(name)) {
      throw new TypeError(`${where}: argument name \`${name}\` is not made of letters, digits and _`);
    }
    assertSchema(schema, `${where}: argument \`${name}\``);
    return { name, schema, guard: byName.get(name) };
  });
}
