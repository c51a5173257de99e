import { AirError, parse, walk } from '../air-grammar/index.ts';
import {
  canonicalJson,
  fromJsonValue,
  JsonError,
  type JsonValue,
  type Outcome,
} from '../interpreter/index.ts';
import type { ServiceLookup } from '../services/index.ts';
import { StartedFailure } from './errors.ts';
import type { ParticleHeader } from './particle.ts';
import { particleScope, type ParticleHandlers } from './particle-scope.ts';

/** A particle that this peer has started. */
export interface StartedParticle {
  /**
   * What was signed.
   *
   * @throws {TypeError} As long as it is not signed, with a key that is kept elsewhere: wait for {@link signed}.
   */
  readonly header: ParticleHeader;
  /** The same, once it is signed: at once with a local key. Rejects as {@link done} if it cannot be signed. */
  readonly signed: Promise<ParticleHeader>;
  /**
   * Always settles, at the latest when the particle expires. It resolves with the arguments of `callbackSrv.response` (`null` for
   * none, the value for one, an array for more). If the script never calls it, it resolves with `null` once this peer's work is done.
   *
   * Rejects with {@link StartedFailure}, whose code names the stage that failed.
   */
  readonly done: Promise<JsonValue>;
}

/** Settles a {@link StartedParticle}; the first call counts. */
export interface Settler {
  readonly started: StartedParticle;
  readonly expectsResponse: boolean;
  readonly isSettled: boolean;
  /** A peer that cannot be reached does not end the particle before its ttl. */
  readonly isPatient: boolean;
  /** Services of this particle alone: its variables and callbacks. */
  readonly scope: ServiceLookup;
  /** Its variables in stored form: canonical JSON of an object. */
  readonly variables: string;
  resolve(value: JsonValue): void;
  reject(failure: StartedFailure): void;
}

/** @param header Of a particle whose key is kept elsewhere, a promise of it. */
export function createSettler(
  script: string,
  header: ParticleHeader | Promise<ParticleHeader>,
  handlers: ParticleHandlers,
  isPatient = false,
): Settler {
  let resolve: (value: JsonValue) => void = () => undefined;
  let reject: (failure: StartedFailure) => void = () => undefined;
  const done = new Promise<JsonValue>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  // The caller may ignore the outcome: without this its rejection would end the process.
  done.catch(() => undefined);
  let isSettled = false;
  const settle = {
    resolve(value: JsonValue): void {
      isSettled = true;
      resolve(value);
    },
    reject(failure: StartedFailure): void {
      isSettled = true;
      reject(failure);
    },
  };
  return {
    started: startedOf(header, done),
    expectsResponse: expectsResponse(script),
    isPatient,
    get isSettled() {
      return isSettled;
    },
    scope: particleScope(handlers, settle),
    variables: variablesText(handlers.data ?? {}),
    ...settle,
  };
}

function startedOf(
  header: ParticleHeader | Promise<ParticleHeader>,
  done: Promise<JsonValue>,
): StartedParticle {
  if (!(header instanceof Promise)) return { header, signed: Promise.resolve(header), done };
  let known: ParticleHeader | undefined;
  header.then(
    signed => (known = signed),
    () => undefined,
  );
  return {
    get header() {
      if (known !== undefined) return known;
      throw new TypeError('the particle is not signed yet: wait for `signed`');
    },
    signed: header,
    done,
  };
}

/** A variable that is not JSON fails where the script reads it; after a restart it is missing. */
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

/** A particle that this peer started before it was stopped: its script continues, but no program waits for the response. */
export function orphanedSettler(
  header: ParticleHeader,
  variables: Readonly<Record<string, JsonValue>>,
): Settler {
  const settler = createSettler(header.script, header, { data: variables });
  settler.reject(new StartedFailure('ERR_STARTED_STOPPED', 'the peer was stopped'));
  return settler;
}

/** Whether a script calls `callbackSrv.response`. A script that cannot be parsed fails when it is run. */
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
 * An error that the script did not catch. If a call of another peer failed, this peer received the failure with its signed record.
 */
export function uncaughtFailure({ retCode, errorMessage, failure }: Outcome, peerId: string): StartedFailure {
  const facts = { retCode, message: errorMessage, ...failure };
  if (failure === undefined || failure.peerId === peerId) {
    return new StartedFailure('ERR_STARTED_UNCAUGHT', `nothing in the script caught: ${errorMessage}`, {
      stage: 'local',
      ...facts,
    });
  }
  const { serviceId, functionName, line, column } = failure;
  const call = serviceId === undefined ? 'an instruction' : `\`${serviceId}.${functionName}\``;
  return new StartedFailure(
    'ERR_STARTED_REMOTE',
    `${call} failed on peer \`${failure.peerId}\` (script ${line}:${column}), and nothing in the script caught it: ${errorMessage}`,
    { stage: 'remote', ...facts },
  );
}
