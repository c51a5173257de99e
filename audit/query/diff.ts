import { AuditError } from '../errors.ts';
import { particlesOf, type OpenRecording } from '../replay.ts';
import { callsOfParticle, type RecordedCall } from './calls.ts';

/** What differs between two calls of the same place. JSON-representable. */
export interface CallDifference {
  /** Peer and place of the call: the same in both particles. */
  readonly peerId: string;
  readonly site: string;
  readonly name: string;
  /** Numbers of the calls; absent where there is none. */
  readonly left?: number;
  readonly right?: number;
  /** `arguments[0]`, `outcome`, `answer`, …; empty if only one side has the call. */
  readonly fields: readonly { readonly field: string; readonly left: string; readonly right: string }[];
}

/** The calls in which two recorded particles differ. */
export interface ParticleDifference {
  readonly left: string;
  readonly right: string;
  readonly equalCalls: number;
  readonly differences: readonly CallDifference[];
}

/** One of two particles: its recording, and its id or the beginning of its signature. */
export interface DiffSide {
  readonly open: OpenRecording;
  readonly particle?: string;
}

/**
 * Compares the calls of two particles, or of all particles of two recordings in order. Calls are matched by peer and site, so runs of
 * one script can be compared whatever the order of events was.
 *
 * @throws {AuditError} ERR_AUDIT_PARTICLE if a side names no particle.
 */
export function diffOf(left: DiffSide, right: DiffSide): ParticleDifference[] {
  const [mine, theirs] = [left, right].map(particlesOfSide) as [RecordedCall[][], RecordedCall[][]];
  const count = Math.max(mine.length, theirs.length);
  return Array.from({ length: count }, (_, i) => compare(mine[i] ?? [], theirs[i] ?? []));
}

function particlesOfSide({ open, particle }: DiffSide): RecordedCall[][] {
  const all: RecordedCall[][] = [];
  for (const entries of particlesOf(open)) {
    const { id, signature } = entries.particle;
    if (particle === undefined || id === particle || signature.startsWith(particle))
      all.push([...callsOfParticle(open.recording, entries)]);
  }
  if (particle !== undefined && all.length === 0)
    throw new AuditError(
      'ERR_AUDIT_PARTICLE',
      `unknown particle \`${particle}\`: \`beryl audit particles\` lists those of the recording`,
    );
  return all;
}

function compare(left: readonly RecordedCall[], right: readonly RecordedCall[]): ParticleDifference {
  const others = new Map(right.map(call => [keyOf(call), call]));
  const differences: CallDifference[] = [];
  let equalCalls = 0;
  for (const call of left) {
    const other = others.get(keyOf(call));
    others.delete(keyOf(call));
    const fields = other === undefined ? [] : fieldsOf(call, other);
    if (other !== undefined && fields.length === 0) equalCalls += 1;
    else differences.push({ ...place(call), left: call.call, ...(other && { right: other.call }), fields });
  }
  for (const call of others.values()) differences.push({ ...place(call), right: call.call, fields: [] });
  return { left: left[0]?.particleId ?? '', right: right[0]?.particleId ?? '', equalCalls, differences };
}

const keyOf = ({ peerId, site }: RecordedCall): string => `${peerId} ${site}`;

const place = ({
  peerId,
  site,
  service,
  function: name,
}: RecordedCall): Pick<CallDifference, 'peerId' | 'site' | 'name'> => ({
  peerId,
  site,
  name: `${service}.${name}`,
});

function fieldsOf(a: RecordedCall, b: RecordedCall): CallDifference['fields'] {
  const pairs: [field: string, left: unknown, right: unknown][] = [
    ['service', a.service, b.service],
    ['function', a.function, b.function],
    ...Array.from(
      { length: Math.max(a.arguments.length, b.arguments.length) },
      (_, i): [string, unknown, unknown] => [`arguments[${i}]`, a.arguments[i], b.arguments[i]],
    ),
    ['origins', JSON.stringify(a.origins), JSON.stringify(b.origins)],
    ['outcome', a.outcome, b.outcome],
    ['code', a.code, b.code],
    ['answer', a.answer, b.answer],
  ];
  return pairs
    .filter(([, left, right]) => left !== right)
    .map(([field, left, right]) => ({ field, left: shown(left), right: shown(right) }));
}

const shown = (value: unknown): string =>
  value === undefined ? 'nothing' : value === null ? 'withheld' : String(value);
