import { DEFAULT_LIMITS } from '../limits.ts';
import type { SignedParticle } from '../receipts/signed-particle.ts';
import { verifySignedParticle } from '../receipts/signed-particle.ts';
import { decodeData, encodeData } from '../trace/codec.ts';
import type { Data } from '../trace/data.ts';
import { Value } from '../values/value.ts';
import { encodeProof } from './format.ts';
import { OriginList } from './origins.ts';
import { asProof, ProofError } from './proof-error.ts';
import { verifyProof, type ProofClaims, type ProofOptions } from './verify.ts';
import { requireTrueData, walkTo, type ReachedCall } from './walk.ts';

/**
 * Which values a proof shows: `needed` those that the script looks into; `call` also arguments and answer of the call; `all` also
 * everything behind the arguments. The others are sealed.
 */
export type ShownValues = 'needed' | 'call' | 'all';

/** What a proof shows, and the limits of its run. */
export interface ExportProofOptions extends ProofOptions {
  /** Default: `call`. */
  readonly show?: ShownValues;
  /** Values that data does not hold, because the script gives the result no name: canonical JSON, by hash (hex). */
  readonly lookUp?: (hash: string) => Uint8Array | undefined;
}

/** Which call: the peer that made it, and its site as text. */
export interface CallReference {
  readonly peerId: string;
  readonly site: string;
}

/**
 * Takes one call out of a particle's data, with everything behind its arguments, as a proof that a stranger can verify with `verifyProof`.
 *
 * @param bytes    What `execute` gave, or what arrived: it is not trusted.
 * @param particle The header of the particle that carried it.
 * @throws {ProofError} ERR_PROOF_UNKNOWN if the data has no record of such a call; any other code if the proof would prove nothing.
 * @spec docs/spec/proof.md
 * @example exportProof(outcome.data, particle, { peerId, site: request.site })
 */
export function exportProof(
  bytes: Uint8Array,
  particle: SignedParticle,
  name: CallReference,
  options: ExportProofOptions = {},
): { proof: Uint8Array; claims: ProofClaims } {
  const { limits = DEFAULT_LIMITS, show = 'call', lookUp } = options;
  asProof('ERR_PROOF_PARTICLE', () => verifySignedParticle(particle));
  const data = asProof('ERR_PROOF_DATA', () => decodeData(bytes, particle.signature, 'exported'));
  asProof('ERR_PROOF_DATA', () => requireTrueData(data, particle, limits));
  requireRecord(data, name);
  const fetch = (hash: string): Uint8Array | undefined => data.values.get(hash)?.bytes ?? lookUp?.(hash);
  const opened = new Map<string, Uint8Array>();
  const seal = (hash: string): Value => Value.ofSealed(hash, () => open(hash));
  const open = (hash: string): Uint8Array => {
    const value = opened.get(hash) ?? fetch(hash);
    if (value === undefined)
      throw new ProofError('ERR_PROOF_SEALED', `value \`${hash}\` is needed, and withheld`, { hash });
    opened.set(hash, value);
    return value;
  };
  const hollow = { ...data, values: new Map<string, Value>() };
  const reached = asProof('ERR_PROOF_RUN', () => walkTo({ particle, ...name, data: hollow, limits }, seal));
  if (show !== 'needed') showValues(reached, show, hash => void (fetch(hash) !== undefined && open(hash)));
  const proof = encodeProof({ particle, ...name, data: pruned(data, opened) });
  return { proof, claims: verifyProof(proof, { limits }) };
}

function requireRecord({ logs }: Data, { peerId, site }: CallReference): void {
  const log = logs.get(peerId);
  const at = log?.find(site);
  if (at !== undefined && log?.at(at).record.kind === 'call') return;
  throw new ProofError(
    'ERR_PROOF_UNKNOWN',
    'this data has no record of such a call: only an answered call can be proven',
    { peerId, site },
  );
}

/** Opens what is sealed so far, where it is known. */
function showValues({ args, sealed }: ReachedCall, show: ShownValues, open: (hash: string) => void): void {
  open(sealed.record.responseHash);
  const list = new OriginList();
  const own = list.add(args);
  for (const [at, { valueJson, valueHash, toldBy }] of list.nodes.entries())
    if (
      valueJson === undefined &&
      valueHash !== undefined &&
      toldBy === undefined &&
      (show === 'all' || own.includes(at))
    )
      open(valueHash);
}

/** Logs stay whole, for their signatures; of the states those stay that order the values of streams. */
function pruned({ logs, states }: Data, opened: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const puts = [...states].filter(([, { kind }]) => kind === 'put');
  const values = [...opened].map(([hash, bytes]) => [hash, Value.ofBytes(bytes, hash)] as const);
  return encodeData({ lastRequestId: 0, states: new Map(puts), logs, values: new Map(values) });
}
