import { decodeData, type Origin, type Tetraplet } from '../../interpreter/index.ts';
import { AuditError } from '../errors.ts';
import { particlesOf, type OpenRecording } from '../replay.ts';
import { rerun, type ParticleEntries } from '../verify/rerun.ts';
import { callsOfParticle, type RecordedCall } from './calls.ts';

/** Where a value came from, all the way down. JSON-representable. */
export interface OriginNode {
  readonly kind: Origin['kind'];
  readonly tetraplet: Tetraplet;
  /** JSON text of the value itself, where it is an argument of a call that a recording has; null if it is withheld. */
  readonly value?: string | null;
  /** The signed record behind it, as the interpreter names it. */
  readonly record?: string;
  /** The call that gave it, if a recording has it. */
  readonly call?: number;
  /** Answer of that call; null where it is withheld. */
  readonly answer?: string | null;
  /** Of that call: an origin for each argument. */
  readonly arguments: readonly OriginNode[];
  /** Of what the script put together: the origins of its parts. */
  readonly parts: readonly OriginNode[];
  /** Stands in this tree already, with everything below it. */
  readonly isSeen?: boolean;
}

/** A recorded call with the origins of its arguments. */
export interface Explanation {
  readonly call: RecordedCall;
  /** An origin for each argument. */
  readonly origins: readonly OriginNode[];
}

/** Nodes of one explanation; the script decides how many there are. */
const NODES_MAX = 100_000;
const DEPTH_MAX = 1000;

/**
 * Runs a particle again up to a call and gives the origins of its arguments, down to literals and first calls. Each is what the
 * interpreter derives from signed records, not what the file says.
 *
 * @param number Number of the call: of its request's entry.
 * @throws {AuditError} ERR_AUDIT_CALL if there is no such call, ERR_AUDIT_WITHHELD if its run cannot be run again.
 */
export function explainCall(open: OpenRecording, number: number): Explanation {
  const { recording } = open;
  const request = recording.find(number, 'request');
  const entries = request && findParticle(open, request.particle);
  if (request === undefined || entries === undefined)
    throw new AuditError(
      'ERR_AUDIT_CALL',
      `unknown call ${number}: \`beryl audit calls\` lists those of the recording`,
    );
  for (const { run, hindrance, ...again } of rerun(recording, entries)) {
    if (run.n !== request.run) continue;
    const asked = 'outcome' in again ? again.outcome.callRequests.get(request.id) : undefined;
    if (hindrance !== undefined || asked === undefined || !('outcome' in again)) break;
    const records = new RecordedRecords(
      open,
      entries,
      again.outcome.data,
      again.input.params.particleSignature,
    );
    const call = records.calls.get(number) as RecordedCall;
    const budget = { nodes: NODES_MAX, seen: new Set<string>() };
    return {
      call,
      origins: asked.origins.map((origin, i) => nodeOf(origin, call.arguments[i], records, budget, 0)),
    };
  }
  throw new AuditError(
    'ERR_AUDIT_WITHHELD',
    `the run of call ${number} cannot be run again: what it needs is withheld, or not what was recorded`,
  );
}

function findParticle(open: OpenRecording, n: number): ParticleEntries | undefined {
  for (const entries of particlesOf(open)) if (entries.particle.n === n) return entries;
  return undefined;
}

interface Budget {
  nodes: number;
  readonly seen: Set<string>;
}

function nodeOf(
  origin: Origin,
  value: string | null | undefined,
  records: RecordedRecords,
  budget: Budget,
  depth: number,
): OriginNode {
  const { kind, tetraplet, record } = origin;
  const call = record === undefined ? undefined : records.callOf(tetraplet.peerId, record);
  const key = `${tetraplet.peerId} ${record ?? ''}`;
  const isSeen = record !== undefined && budget.seen.has(key);
  if (record !== undefined) budget.seen.add(key);
  budget.nodes -= 1;
  const isEnd = isSeen || budget.nodes <= 0 || depth >= DEPTH_MAX;
  const below = (list: readonly Origin[], values: RecordedCall['arguments'] = []): OriginNode[] =>
    isEnd ? [] : list.map((one, i) => nodeOf(one, values[i], records, budget, depth + 1));
  return {
    kind,
    tetraplet: { ...tetraplet },
    ...(value !== undefined && { value }),
    ...(record !== undefined && { record }),
    ...(call !== undefined && { call: call.call }),
    ...(call?.answer !== undefined && { answer: call.answer }),
    arguments: below(origin.arguments, call?.arguments),
    parts: below(origin.parts),
    ...(isEnd && (origin.arguments.length > 0 || origin.parts.length > 0) && { isSeen: true }),
  };
}

/** Which call of the recording a signed record is of: by the peer that signed it and its site. */
class RecordedRecords {
  readonly calls: ReadonlyMap<number, RecordedCall>;
  readonly #bySite: ReadonlyMap<string, RecordedCall>;
  readonly #sites = new Map<string, string>();

  constructor(
    { recording }: OpenRecording,
    entries: ParticleEntries,
    data: Uint8Array,
    signature: Uint8Array,
  ) {
    const all = [...callsOfParticle(recording, entries)];
    this.calls = new Map(all.map(call => [call.call, call]));
    this.#bySite = new Map(all.map(call => [`${call.peerId} ${call.site}`, call]));
    for (const { peerId, records } of decodeData(data, signature, 'recorded').logs.values())
      for (const { record, hash } of records) this.#sites.set(`${peerId} ${hash}`, record.site.key);
  }

  callOf(peerId: string, record: string): RecordedCall | undefined {
    const site = this.#sites.get(`${peerId} ${record}`);
    return site === undefined ? undefined : this.#bySite.get(`${peerId} ${site}`);
  }
}
