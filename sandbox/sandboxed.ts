import { current, isDraft } from 'immer';
import { checkOptions, isAnything, isPlain, isString, required } from '../base/options.ts';
import { canonicalJson, fromJsonValue, parseJson, toJsonValue } from '../interpreter/index.ts';
import type { JsonValue } from '../interpreter/index.ts';
import {
  defineService,
  fail,
  okJson,
  type ArgumentSchemas,
  type CallContext,
  type FunctionDeclaration,
  type ResultsOf,
  type ServiceDefinition,
  type StandardSchemaV1,
  type VersionedState,
} from '../services/index.ts';
import { allowedCalls, type Allow, type AllowedCalls } from './allow.ts';
import { answerGuest } from './answer-guest.ts';
import { SandboxError } from './errors.ts';
import { readGuest, type Guest } from './guest.ts';
import type { SandboxLimits } from './limits.ts';
import { sharedPool, type SandboxPool } from './pool.ts';
import type { Grants, GuestEnd, GuestJob } from './thread/protocol.ts';
import { importable } from './thread/wasm-imports.ts';

/**
 * One function of a guest, as whoever runs it declares it: its author is a stranger, so schemas and guards are not his. Arguments and
 * result need schemas, since everything that crosses is checked.
 */
export type SandboxedFunction<Schemas extends ArgumentSchemas, Result> = Omit<
  FunctionDeclaration<JsonValue, Schemas, Result>,
  'handler' | 'result'
> & { readonly result: Result };

/** The options of {@link sandboxed}. */
export interface SandboxOptions {
  /** Service id, as scripts call it. */
  readonly id: string;
  /**
   * State that the guest reads and changes as `beryl.state`, with a schema that checks what it makes of it. The peer keeps it as that of any
   * service. Left out: nothing of one call is left for the next.
   */
  readonly state?: VersionedState<never> & { readonly schema: StandardSchemaV1 };
  /** What the guest may use. Left out: nothing. */
  readonly allow?: Allow;
  /** What one call of it may use; see `DEFAULT_SANDBOX_LIMITS`. */
  readonly limits?: Partial<SandboxLimits>;
  /** The threads that it runs in. Left out: those that all guests of this process share. */
  readonly pool?: SandboxPool;
}

/**
 * Makes a service of a stranger's code. Each call runs in an engine of its own, in a thread, with bounded memory, steps and time; all that
 * crosses is JSON text, checked by schemas in both directions. The definition is one as any other: guards, access list and policies decide
 * before the guest runs, and its answers are recorded, with the hash of its code.
 *
 * @param source JavaScript, a module that exports the functions; or the bytes of a WebAssembly module (docs/sandbox.md has its interface).
 * @throws {TypeError} If an option is missing, misspelt or of the wrong kind.
 * @throws {SandboxError} `ERR_SANDBOX_SOURCE` if the guest cannot be loaded within its limits, imports what it may not, or lacks a function.
 *   `ERR_SANDBOX_PACKAGE` says what to install.
 * @example
 * const shop = await sandboxed('export const total = prices => prices.reduce((a, b) => a + b, 0);', {
 *   id: 'shop',
 *   functions: { total: { arguments: { prices: z.array(z.number()) }, result: z.number(), guards: {} } },
 * });
 * const peer = createPeer({ secretKey, transport, services: [startService(shop)] });
 */
export async function sandboxed<
  Functions extends Readonly<Record<string, ArgumentSchemas>>,
  Results extends Readonly<Record<string, StandardSchemaV1>>,
>(
  source: string | Uint8Array,
  options: SandboxOptions & {
    readonly functions: {
      readonly [Name in keyof Functions]: SandboxedFunction<
        Functions[Name],
        Name extends keyof Results ? Results[Name] : StandardSchemaV1
      >;
    } & { readonly [Name in keyof Results]: { readonly result: Results[Name] } };
  },
): Promise<ServiceDefinition<unknown, ResultsOf<Functions, Results>>> {
  checkOptions('sandboxed', options, {
    id: required(isString),
    functions: required(isPlain),
    state: isAnything,
    allow: isAnything,
    limits: isAnything,
    pool: isAnything,
  });
  const { id, functions, state, allow = {}, pool = sharedPool() } = options;
  requireSchemas(id, functions, state);
  const guest = readGuest(source, options.limits);
  const runner = new Runner({
    guest,
    allow,
    allowed: allowedCalls(allow),
    pool,
    hasState: state !== undefined,
  });
  const names = Object.keys(functions);
  runner.requireImports();
  await runner.load(names);
  const handled = Object.entries(functions as Readonly<Record<string, object>>).map(([name, declared]) => [
    name,
    {
      ...declared,
      handler: (_: unknown, call: CallContext<unknown, string>) => runner.call(name, names, call),
    },
  ]);
  const spec = { id, functions: Object.fromEntries(handled), ...(state && { state }) };
  const definition = defineService(spec as never);
  return { ...definition, source: guest.hash } as ServiceDefinition<unknown, ResultsOf<Functions, Results>>;
}

/** Without a schema, what a stranger answers would be anything. */
function requireSchemas(id: string, functions: object, state: SandboxOptions['state']): void {
  for (const [name, declared] of Object.entries(functions)) {
    if ((declared as { result?: unknown } | null)?.result === undefined)
      throw new TypeError(`sandboxed: ${id}.${name} needs a \`result\` schema`);
  }
  if (state !== undefined && state.schema === undefined)
    throw new TypeError(`sandboxed: the state of ${id} needs a \`schema\``);
}

interface RunnerParts {
  readonly guest: Guest;
  readonly allow: Allow;
  readonly allowed: AllowedCalls;
  readonly pool: SandboxPool;
  readonly hasState: boolean;
}

/** Runs the calls of one service. */
class Runner {
  readonly #parts: RunnerParts;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  /** @throws {SandboxError} `ERR_SANDBOX_SOURCE` for a module that imports what it may not. */
  requireImports(): void {
    const { guest, allow, allowed, hasState } = this.#parts;
    const known = importable({
      wasi: allow.wasi === true,
      hasClock: allow.clock === true,
      hasRandom: allow.random === true,
      hasState,
      hasCalls: allowed.host.size + allowed.services.size > 0,
    });
    const wrong = guest.imports.find(name => !known.includes(name));
    if (wrong === undefined) return;
    const shownName = JSON.stringify(wrong.slice(0, 80));
    throw new SandboxError('ERR_SANDBOX_SOURCE', `the guest imports ${shownName}, which is not allowed`);
  }

  /** @throws {SandboxError} If the guest does not load within its limits, or lacks a function. */
  async load(functions: readonly string[]): Promise<void> {
    const { pool } = this.#parts;
    const refuse = (): Promise<string> => Promise.resolve('{"error":"ERR_SANDBOX_CALL: it is only loaded"}');
    const { signal } = new AbortController();
    const end = await pool.run(this, { job: this.#job({ functions }), answer: refuse, signal });
    if (end.kind === 'answered') return;
    if (end.code === 'ERR_SANDBOX_PACKAGE') {
      const install = 'npm install quickjs-emscripten@0.32';
      throw new SandboxError('ERR_SANDBOX_PACKAGE', `JavaScript guests need an engine: run \`${install}\``);
    }
    throw new SandboxError('ERR_SANDBOX_SOURCE', `the guest cannot be loaded: ${end.text}`, {
      code: end.code,
    });
  }

  /** What the handler of a function answers. */
  async call(
    functionName: string,
    functions: readonly string[],
    call: CallContext<unknown, string>,
  ): Promise<unknown> {
    const { pool, allow, allowed, guest, hasState } = this.#parts;
    const { limits } = guest;
    const stateJson = hasState ? { stateJson: stateJsonOf(call.state) } : {};
    const sizes = [call.argumentsJson, ...Object.values(stateJson)].map(text => text.length);
    if (Math.max(...sizes) > limits.textSize)
      return failure('ERR_SANDBOX_ANSWER', `a guest takes at most ${limits.textSize} characters`, 0);
    const job = this.#job({
      functionName,
      functions,
      argsJson: call.argumentsJson,
      ...stateJson,
      grants: grantsOf(allow, call.now()),
    });
    const answer = (text: string): Promise<string> => answerGuest(text, allowed, call, limits.textSize);
    const end = await pool.run(this, { job, answer, signal: call.signal });
    // A call that was given up has no answer: after a restart of the peer it is made again.
    call.signal.throwIfAborted();
    if (end.kind === 'failed') return failure(end.code, end.text, end.steps);
    return concluded(end, call, stateJson.stateJson);
  }

  #job(given: Partial<GuestJob> & Pick<GuestJob, 'functions'>): GuestJob {
    const { kind, source, hash, limits } = this.#parts.guest;
    const { hasState } = this.#parts;
    const state = hasState ? { stateJson: 'null' } : {};
    const grants = grantsOf(this.#parts.allow, 0);
    return { kind, source, hash, limits, argsJson: '[]', ...state, grants, ...given };
  }
}

function grantsOf({ clock = false, random = false, wasi = false }: Allow, now: number): Grants {
  return {
    wasi,
    ...(clock && { clock: now }),
    ...(random && { seed: [...crypto.getRandomValues(new Uint32Array(4))] }),
  };
}

/** The state changes only with an answer that can be used. */
function concluded(
  { answerJson, stateJson, steps }: Extract<GuestEnd, { kind: 'answered' }>,
  call: CallContext<unknown, string>,
  before: string | undefined,
): unknown {
  const answer = okJson(answerJson);
  if (stateJson === undefined || stateJson === before) return answer;
  let state: JsonValue;
  try {
    state = toJsonValue(parseJson(stateJson));
  } catch {
    return failure('ERR_SANDBOX_ANSWER', 'the state is not JSON', steps);
  }
  if (!replaceState(call.state as JsonValue, state))
    return failure('ERR_SANDBOX_ANSWER', 'the state is of another kind than before', steps);
  return answer;
}

const stateJsonOf = (state: unknown): string =>
  canonicalJson(fromJsonValue(isDraft(state) ? current(state) : state, 'state'));

/** Puts the new state into the draft of the old one, member by member. */
function replaceState(draft: JsonValue, next: JsonValue): boolean {
  if (typeof draft !== 'object' || draft === null || typeof next !== 'object' || next === null) return false;
  if (Array.isArray(draft) !== Array.isArray(next)) return false;
  if (Array.isArray(draft)) {
    draft.splice(0, draft.length, ...(next as JsonValue[]));
    return true;
  }
  const [target, source] = [draft as Record<string, JsonValue>, next as Record<string, JsonValue>];
  for (const key of Object.keys(target)) if (!Object.hasOwn(source, key)) delete target[key];
  for (const [key, value] of Object.entries(source)) {
    if (canonicalJson(fromJsonValue(value, 'state')) !== memberJson(target, key)) target[key] = value;
  }
  return true;
}

const memberJson = (target: Record<string, JsonValue>, key: string): string | undefined =>
  Object.hasOwn(target, key) ? stateJsonOf(target[key]) : undefined;

/** Where the text comes from stands before it: a guest may say anything. */
const failure = (code: GuestFailureCode, text: string, steps: number): unknown =>
  fail(code === 'ERR_SANDBOX_GUEST' ? `guest: ${text}` : `${code}: ${text}`, { code, steps });

type GuestFailureCode = Extract<GuestEnd, { kind: 'failed' }>['code'];
