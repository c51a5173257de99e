import { ANSWER_TOO_LARGE, limited } from './answers.ts';
import { RunError } from './errors.ts';
import type { HostResult } from './executor/run.ts';
import { DEFAULT_LIMITS, FOLDS_MAX, type Limits } from './limits.ts';
import { isPeerId, KeyError, signerOf, type Signer } from './keys/key-pair.ts';
import type { CallResult, PrepareInput, RunParams } from './params.ts';
import { canonicalJson } from './values/canonical-json.ts';
import { fromJsonValue, JsonError } from './values/json.ts';

const TIMESTAMP_MAX = Number.MAX_SAFE_INTEGER;
const TTL_MAX = 0xffff_ffff;
const RET_CODE_MIN = -0x8000_0000;
const RET_CODE_MAX = 0x7fff_ffff;

/** @throws {TypeError} If the embedding program breaks the contract; never because of input from outside. */
export function requireHostInput(input: PrepareInput): void {
  requireThat(typeof input === 'object' && input !== null, 'input must be an object');
  requireThat(typeof input.air === 'string', 'air must be a string');
  requireThat(input.prevData instanceof Uint8Array, 'prevData must be a Uint8Array');
  requireThat(input.currentData instanceof Uint8Array, 'currentData must be a Uint8Array');
  requireThat(input.callResults instanceof Map, 'callResults must be a Map');
  const { params } = input;
  requireThat(typeof params === 'object' && params !== null, 'params must be an object');
  requireThat(typeof params.initPeerId === 'string', 'params.initPeerId must be a string');
  requireThat(typeof params.currentPeerId === 'string', 'params.currentPeerId must be a string');
  requireThat(typeof params.particleId === 'string', 'params.particleId must be a string');
  requireThat(
    params.particleSignature instanceof Uint8Array && params.particleSignature.length === 64,
    'params.particleSignature must be 64 bytes',
  );
  requireThat(
    isWithin(params.timestamp, 0, TIMESTAMP_MAX),
    'params.timestamp must be an integer of milliseconds',
  );
  requireThat(isWithin(params.ttl, 0, TTL_MAX), 'params.ttl must be an integer of milliseconds below 2^32');
}

export function limitsOf({ limits }: Pick<RunParams, 'limits'>): Limits {
  if (limits === undefined) return DEFAULT_LIMITS;
  const merged: Limits = { ...DEFAULT_LIMITS, ...limits };
  for (const [name, limit] of Object.entries(merged)) {
    requireThat(Object.hasOwn(DEFAULT_LIMITS, name), `params.limits.${name} is not a limit`);
    // With a fraction or NaN, comparisons would give surprising results.
    requireThat(
      limit === Infinity || isWithin(limit, 0, Number.MAX_SAFE_INTEGER),
      `params.limits.${name} must be a whole number, 0 or more, or Infinity`,
    );
  }
  return { ...merged, folds: Math.min(merged.folds, FOLDS_MAX) };
}

/** @throws {RunError} 7 for an invalid key, 11 for the key of another peer: every peer would refuse its records. */
export function signerOfParams({ secretKey, currentPeerId }: RunParams): Signer {
  // The key of a seed is valid: checking it would take a good part of a first run.
  if (secretKey instanceof Uint8Array) return requireCurrent(signerOfSeed(secretKey), currentPeerId);
  const signer: Signer | undefined = secretKey;
  if (typeof signer !== 'object' || signer === null || typeof signer.sign !== 'function') {
    throw new RunError('keyMalformed', 'malformed keypair format: neither a seed of 32 bytes nor a signer');
  }
  if (typeof signer.peerId !== 'string' || !isPeerId(signer.peerId)) {
    throw new RunError(
      'keyMalformed',
      'malformed keypair format: the peer id of the signer is not the id of an Ed25519 key',
    );
  }
  return requireCurrent(signer, currentPeerId);
}

function requireCurrent(signer: Signer, currentPeerId: string): Signer {
  if (signer.peerId !== currentPeerId) {
    throw new RunError(
      'signerNotCurrentPeer',
      `the secret key belongs to \`${signer.peerId}\`, not to the current peer \`${currentPeerId}\``,
    );
  }
  return signer;
}

function signerOfSeed(seed: Uint8Array): Signer {
  try {
    return signerOf(seed);
  } catch (failure) {
    if (failure instanceof KeyError)
      throw new RunError('keyMalformed', `malformed keypair format: ${failure.message}`);
    throw failure;
  }
}

/** Call results as the interpreter uses them: by id, each as text. @throws {RunError} 5. */
export function callResultsOf(
  callResults: ReadonlyMap<number, CallResult>,
  limits: Limits,
): Map<number, HostResult> {
  const results = new Map<number, HostResult>();
  for (const [id, result] of callResults) {
    if (!isWithin(id, 0, 0xffff_ffff)) throw malformed(id, 'invalid request id');
    if (typeof result !== 'object' || result === null) throw malformed(id, 'it is not an object');
    if (!isWithin(result.retCode, RET_CODE_MIN, RET_CODE_MAX))
      throw malformed(id, 'retCode is not a 32-bit integer');
    results.set(id, limited(answerOf(id, result), limits));
  }
  return results;
}

/** A value is taken as it is; its text, which others may read, is made from it. One that is nested too deep is a failed call. */
function answerOf(id: number, result: CallResult): HostResult {
  const { retCode } = result;
  if ('resultJson' in result) {
    if (typeof result.resultJson !== 'string') throw malformed(id, 'resultJson is not a string');
    if (!result.resultJson.isWellFormed()) throw malformed(id, 'resultJson is not well-formed Unicode');
    return { retCode, text: result.resultJson, json: undefined };
  }
  try {
    const json = fromJsonValue(result.result, 'result');
    return { retCode, text: canonicalJson(json), json };
  } catch (failure) {
    if (!(failure instanceof JsonError)) throw failure;
    if (failure.code === 'ERR_JSON_DEPTH') return { retCode: ANSWER_TOO_LARGE, text: failure.message };
    throw malformed(id, failure.message);
  }
}

/** Results of the host that no request waits for. */
export function unprocessed(results: ReadonlyMap<number, HostResult>): string {
  const list = [...results].sort(([a], [b]) => a - b);
  const text = list.map(
    ([id, { retCode, text: result }]) =>
      `"${id}": CallServiceResult { ret_code: ${retCode}, result: ${JSON.stringify(result)} }`,
  );
  return `after finishing execution of supplied AIR, there are some unprocessed call results: \`{${text.join(', ')}}\`, probably a wrong call_id used`;
}

function malformed(id: unknown, why: string): RunError {
  return new RunError(
    'callResultsMalformed',
    `error occurred while deserialize call results: result \`${String(id)}\`: ${why}`,
  );
}

const isWithin = (value: unknown, min: number, max: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;

function requireThat(condition: boolean, message: string): void {
  if (!condition) throw new TypeError(message);
}
