import { AirError, parse, walk } from '../air-grammar/index.ts';
import {
  canonicalJson,
  fromJsonValue,
  JsonError,
  type JsonValue,
  type Outcome,
} from '../interpreter/index.ts';
import type { ServiceLookup } from '../services/index.ts';
import { RunFailure } from './errors.ts';
import type { ParticleHeader } from './particle.ts';
import { particleScope, type ParticleHandlers } from './particle-scope.ts';

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
export interface Settler {
  readonly run: ParticleRun;
  readonly expectsResponse: boolean;
  readonly isSettled: boolean;
  /** Services of this particle alone: its variables and callbacks. */
  readonly scope: ServiceLookup;
  /** Its variables as the store keeps them: canonical JSON of an object. */
  readonly variables: string;
  resolve(value: JsonValue): void;
  reject(failure: RunFailure): void;
}

export function createSettler(header: ParticleHeader, handlers: ParticleHandlers): Settler {
  let resolve: (value: JsonValue) => void = () => undefined;
  let reject: (failure: RunFailure) => void = () => undefined;
  const done = new Promise<JsonValue>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  // The outcome does not have to be awaited.
  done.catch(() => undefined);
  let isSettled = false;
  const settle = {
    resolve(value: JsonValue): void {
      isSettled = true;
      resolve(value);
    },
    reject(failure: RunFailure): void {
      isSettled = true;
      reject(failure);
    },
  };
  return {
    run: { header, done },
    expectsResponse: expectsResponse(header.script),
    get isSettled() {
      return isSettled;
    },
    scope: particleScope(handlers, settle),
    variables: variablesText(handlers.data ?? {}),
    ...settle,
  };
}

/** What is no JSON fails where the script asks for it; after a restart it is not there. */
function variablesText(data: Readonly<Record<string, JsonValue>>): string {
  const entries: string[] = [];
  for (const [name, value] of Object.entries(data)) {
    try {
      entries.push(`${JSON.stringify(name)}:${canonicalJson(fromJsonValue(value, name))}`);
    } catch (failure) {
      if (!(failure instanceof JsonError)) throw failure;
    }
  }
  return `{${entries.join(',')}}`;
}

/** A particle that this peer had started before it was stopped: its script goes on, but nothing awaits the response. */
export function orphanedSettler(
  header: ParticleHeader,
  variables: Readonly<Record<string, JsonValue>>,
): Settler {
  const settler = createSettler(header, { data: variables });
  settler.reject(new RunFailure('ERR_STARTED_STOPPED', 'the peer was stopped'));
  return settler;
}

/** Whether a script names the call that hands back its result. One that cannot be parsed fails when it is run. */
function expectsResponse(script: string): boolean {
  let found = false;
  try {
    walk(parse(script).root, {
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
  } catch (failure) {
    if (!(failure instanceof AirError)) throw failure;
  }
  return found;
}

/**
 * An error that nothing in the script caught. If a call of another peer failed, the failure has come home with its signed record.
 */
export function uncaughtFailure({ retCode, errorMessage, failure }: Outcome, peerId: string): RunFailure {
  const facts = { retCode, message: errorMessage, ...failure };
  if (failure === undefined || failure.peerId === peerId) {
    return new RunFailure('ERR_STARTED_UNCAUGHT', `nothing in the script caught: ${errorMessage}`, {
      stage: 'local',
      ...facts,
    });
  }
  const { serviceId, functionName, line, column } = failure;
  const call = serviceId === undefined ? 'an instruction' : `\`${serviceId}.${functionName}\``;
  return new RunFailure(
    'ERR_STARTED_REMOTE',
    `${call} failed on peer \`${failure.peerId}\` (script ${line}:${column}), and nothing in the script caught it: ${errorMessage}`,
    { stage: 'remote', ...facts },
  );
}
