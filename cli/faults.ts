import { AsyncLocalStorage } from 'node:async_hooks';

/** A promise that rejected, and that nothing awaits: the author of a module forgot an `await`. */
export interface FloatingRejection {
  /** `service.function` whose handler made the promise. Left out: no handler of a module did. */
  readonly handler: string | undefined;
  /** Its stack, or what it says of itself. */
  readonly stack: string;
}

/** What a command does about faults of modules. */
export interface FaultPolicy {
  /** The command goes on after it. */
  floating(rejection: FloatingRejection): void;
  /** Called before an exception that nothing caught ends the process. */
  beforeEnd?(failure: unknown): Promise<void>;
}

/** Longest wait for `beforeEnd`, milliseconds. */
const END_MS = 5000;

const inHandler = new AsyncLocalStorage<string>();
let policy: FaultPolicy | undefined;

/** Sets the policy of this process. @returns Takes it off again. */
export function setFaultPolicy(next: FaultPolicy): () => void {
  const before = policy;
  policy = next;
  return () => void (policy = before);
}

let isExitExpected = false;

/** The library of the language server ends the process itself, when its editor says so. */
export const expectExit = (): void => void (isExitExpected = true);
export const mayExit = (): boolean => isExitExpected;

/** To be called from `unhandledRejection`: only there it is known which handler made the promise. */
export function floatingRejection(reason: unknown): void {
  policy?.floating({ handler: inHandler.getStore(), stack: stackOf(reason) });
}

/** Resolves when the policy has done its part, or has taken too long. Never rejects. */
export async function beforeEnd(failure: unknown): Promise<void> {
  const late = new Promise<void>(resolve => setTimeout(resolve, END_MS).unref());
  await Promise.race([policy?.beforeEnd?.(failure), late]).catch(() => undefined);
}

/** What a module exports, such that a promise that its handlers forget has their name. Anything that is not a service stays as it is. */
export function watched(exported: unknown): unknown {
  if (typeof exported === 'function')
    return async (options: unknown) =>
      watchedDefinition(await (exported as (of: unknown) => unknown)(options));
  return watchedDefinition(exported);
}

interface Handled {
  handler(...args: unknown[]): unknown;
}

function watchedDefinition(made: unknown): unknown {
  const { id, functions } = Object(made) as { id?: unknown; functions?: unknown };
  if (typeof id !== 'string' || !(functions instanceof Map)) return made;
  const known = [...(functions as ReadonlyMap<string, Handled>)].map(([name, fn]) => {
    const handler = (...args: unknown[]): unknown =>
      inHandler.run(`${id}.${name}`, () => fn.handler(...args));
    return [name, { ...fn, handler }] as const;
  });
  return { ...(made as object), functions: new Map(known) };
}

/** Any value can be thrown, even one that throws when it is read. */
export function stackOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? String(thrown.stack ?? thrown.message) : String(thrown);
  } catch {
    return 'a value that cannot be shown';
  }
}
