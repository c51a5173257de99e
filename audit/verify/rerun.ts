import { fromHex } from '../../base/bytes.ts';
import {
  DEFAULT_LIMITS,
  prepare,
  RetCode,
  type CallResult,
  type Limits,
  type Outcome,
  type PrepareInput,
} from '../../interpreter/index.ts';
import { hashOfBytes } from '../recording/hash.ts';
import type { DataRef, EntryOf, RecordedResult } from '../recording/entry.ts';
import { parseText } from '../recording/json.ts';
import type { Recording } from '../recording/recording.ts';

/** The entries of one particle, in order. */
export interface ParticleEntries {
  readonly particle: EntryOf<'particle'>;
  readonly runs: readonly EntryOf<'run'>[];
  readonly requests: ReadonlyMap<number, EntryOf<'request'>>;
  readonly decisions: ReadonlyMap<number, EntryOf<'decision'>>;
  readonly sends: readonly EntryOf<'send'>[];
}

/** @param places Of the particle's entries. */
export function entriesOf(recording: Recording, n: number, places: readonly number[]): ParticleEntries {
  const runs: EntryOf<'run'>[] = [];
  const requests = new Map<number, EntryOf<'request'>>();
  const decisions = new Map<number, EntryOf<'decision'>>();
  const sends: EntryOf<'send'>[] = [];
  for (const at of places) {
    const entry = recording.entryAt(at);
    if (entry.kind === 'run') runs.push(entry);
    else if (entry.kind === 'request') requests.set(entry.n, entry);
    else if (entry.kind === 'decision') decisions.set(entry.n, entry);
    else if (entry.kind === 'send') sends.push(entry);
  }
  return { particle: recording.find(n, 'particle') as EntryOf<'particle'>, runs, requests, decisions, sends };
}

/** Why a run cannot be run again. */
export type Hindrance =
  /** Its script, data, or an answer is withheld. */
  | { readonly kind: 'withheld'; readonly hash: string }
  /** It continues a run that could not be run again, or that gave something else. */
  | { readonly kind: 'after'; readonly run: number }
  /** It does more than the verifier allows: the limits that a file states could keep the verifier busy for ever. */
  | { readonly kind: 'limits' };

export type Rerun =
  | { readonly run: EntryOf<'run'>; readonly hindrance: Hindrance }
  | {
      readonly run: EntryOf<'run'>;
      readonly hindrance?: undefined;
      readonly input: PrepareInput;
      readonly outcome: Outcome;
      /** Signatures that the run asked for; those among the recorded ones that are not valid, from 0. */
      readonly signaturesUsed: number;
      readonly badSignatures: readonly number[];
    };

/** How far above today's defaults the verifier goes along with recorded limits. */
const LIMITS_FACTOR = 8;
export const LIMITS_MAX = Object.fromEntries(
  Object.entries(DEFAULT_LIMITS).map(([field, usual]: [string, number]) => [field, usual * LIMITS_FACTOR]),
) as unknown as Limits;

/**
 * Runs a particle's runs again, one after the other. Data that a run gave is taken from running it again, never from the file, and
 * is kept as long as a later run needs it.
 */
export function* rerun(
  recording: Recording,
  entries: ParticleEntries,
  limitsMax: Limits = LIMITS_MAX,
): Generator<Rerun> {
  const { particle, runs } = entries;
  const outcomes = new Map<number, Uint8Array | Hindrance>();
  const uses = countUses(runs);
  const script = recording.text(particle.script);
  for (const run of runs) {
    const input =
      script === undefined
        ? withheld(particle.script)
        : inputOf(recording, entries, run, script, outcomes, limitsMax);
    release(run, uses, outcomes);
    if ('kind' in input) {
      if (uses.has(run.n)) outcomes.set(run.n, { kind: 'after', run: run.n });
      yield { run, hindrance: input };
      continue;
    }
    const { head, finish } = prepare(input);
    const outcome = finish(head && recordedSignature(run));
    if (
      outcome.retCode !== run.code &&
      isBeyond(recording, run, limitsMax) &&
      LIMIT_CODES.has(outcome.retCode)
    ) {
      if (uses.has(run.n)) outcomes.set(run.n, { kind: 'after', run: run.n });
      yield { run, hindrance: { kind: 'limits' } };
      continue;
    }
    const isEqual = (outcome.data.length === 0 ? null : hashOfBytes(outcome.data)) === run.data;
    if (uses.has(run.n)) outcomes.set(run.n, isEqual ? outcome.data : { kind: 'after', run: run.n });
    const signaturesUsed = head === undefined ? 0 : 1;
    const badSignatures = outcome.retCode === RetCode.signingFailed ? [0] : [];
    yield { run, input, outcome, signaturesUsed, badSignatures };
  }
}

function inputOf(
  recording: Recording,
  { particle, decisions }: ParticleEntries,
  run: EntryOf<'run'>,
  script: string,
  outcomes: ReadonlyMap<number, Uint8Array | Hindrance>,
  limitsMax: Limits,
): PrepareInput | Hindrance {
  const data = (ref: DataRef): Uint8Array | Hindrance => {
    if (ref === null) return NO_DATA;
    if (typeof ref === 'number') return outcomes.get(ref) ?? { kind: 'after', run: ref };
    return recording.bytes(ref) ?? withheld(ref);
  };
  const [prevData, currentData] = [data(run.prev), data(run.current)];
  if ('kind' in prevData) return prevData;
  if ('kind' in currentData) return currentData;
  const callResults = new Map<number, CallResult>();
  for (const [id, ref] of run.results) {
    const answer = typeof ref === 'number' ? decisions.get(ref)?.answer : ref;
    if (answer === undefined) return { kind: 'after', run: run.n };
    const text = textOfAnswer(recording, answer);
    if (text === undefined) return withheld('result' in answer ? answer.result : answer.text);
    callResults.set(id, { retCode: answer.ret, resultJson: text });
  }
  const peer = recording.peers.get(run.peer);
  if (peer === undefined) return { kind: 'after', run: run.n };
  const limits = limitsOf(peer.limits, limitsMax);
  const air = parseText(script);
  return {
    air: typeof air === 'string' ? air : '',
    prevData,
    currentData,
    callResults,
    params: {
      initPeerId: particle.initPeerId,
      currentPeerId: peer.peerId,
      timestamp: particle.timestamp,
      ttl: particle.ttl,
      particleId: particle.id,
      particleSignature: fromHex(particle.signature) as Uint8Array,
      limits,
    },
  };
}

/** Text of an answer; `undefined` if it is withheld. */
export function textOfAnswer(recording: Recording, answer: RecordedResult): string | undefined {
  if ('result' in answer) return recording.text(answer.result);
  const text = recording.text(answer.text);
  if (text === undefined) return undefined;
  const parsed = parseText(text);
  return typeof parsed === 'string' ? parsed : undefined;
}

/** Recorded limits, as far as the verifier goes along with them. */
function limitsOf(recorded: Readonly<Record<string, number | null>>, limitsMax: Limits): Limits {
  const limits = Object.entries(limitsMax).map(([field, most]: [string, number]) => [
    field,
    Math.min(recorded[field] ?? Infinity, most),
  ]);
  return Object.fromEntries(limits) as unknown as Limits;
}

function isBeyond(recording: Recording, run: EntryOf<'run'>, limitsMax: Limits): boolean {
  const recorded = recording.peers.get(run.peer)?.limits ?? {};
  return Object.entries(limitsOf(recorded, limitsMax)).some(
    ([field, limit]) => (recorded[field] ?? Infinity) > limit,
  );
}

/** What a run ends with that meets a limit. */
const LIMIT_CODES: ReadonlySet<number> = new Set([
  RetCode.sizeLimit,
  RetCode.streamSizeLimit,
  RetCode.depthLimit,
  RetCode.instructionLimit,
]);

/** 64 bytes: of a recording, or nothing that verifies. */
function recordedSignature({ signatures }: EntryOf<'run'>): Uint8Array {
  const signature = fromHex(signatures[0] ?? '');
  return signature?.length === 64 ? signature : new Uint8Array(64);
}

/** How many runs still need what a run gave. */
function countUses(runs: readonly EntryOf<'run'>[]): Map<number, number> {
  const uses = new Map<number, number>();
  for (const run of runs)
    for (const ref of [run.prev, run.current])
      if (typeof ref === 'number') uses.set(ref, (uses.get(ref) ?? 0) + 1);
  return uses;
}

function release(run: EntryOf<'run'>, uses: Map<number, number>, outcomes: Map<number, unknown>): void {
  for (const ref of [run.prev, run.current]) {
    if (typeof ref !== 'number') continue;
    const left = (uses.get(ref) ?? 0) - 1;
    uses.set(ref, left);
    if (left <= 0) outcomes.delete(ref);
  }
}

const withheld = (hash: string): Hindrance => ({ kind: 'withheld', hash });
const NO_DATA = new Uint8Array(0);
