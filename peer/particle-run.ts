import { walk, type Script } from '../air-grammar/index.ts';
import type { JsonValue } from '../interpreter/index.ts';
import type { RunFailure } from './errors.ts';
import type { ParticleHeader } from './particle.ts';

/** A particle that this peer has started. */
export interface ParticleRun {
  readonly header: ParticleHeader;
  /**
   * Settles always, at the latest when the particle expires: with what the script gave to `callbackSrv.response` (`null` for
   * nothing, the value for one argument, an array for more), or with `null` once all work of this peer is done if the script
   * never calls it.
   *
   * Rejects with {@link RunFailure}, whose code names the stage that failed.
   */
  readonly done: Promise<JsonValue>;
}

/** The side of a {@link ParticleRun} that settles it; the first call counts. */
export interface RunSettler {
  readonly run: ParticleRun;
  readonly expectsResponse: boolean;
  resolve(value: JsonValue): void;
  reject(failure: RunFailure): void;
}

export function createRun(header: ParticleHeader, expectsResponse: boolean): RunSettler {
  let resolve: (value: JsonValue) => void = () => undefined;
  let reject: (failure: RunFailure) => void = () => undefined;
  const done = new Promise<JsonValue>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  // Nobody has to look at the outcome.
  done.catch(() => undefined);
  return { run: { header, done }, expectsResponse, resolve, reject };
}

/** Whether a script names the call that hands back its result. */
export function callsResponse({ root }: Script): boolean {
  let found = false;
  walk(root, {
    enter(instruction) {
      if (instruction.kind !== 'call') return;
      const { service, functionName } = instruction;
      found ||=
        service.kind === 'string' &&
        service.value === 'callbackSrv' &&
        functionName.kind === 'string' &&
        functionName.value === 'response';
    },
  });
  return found;
}
