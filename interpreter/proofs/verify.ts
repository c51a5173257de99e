import { DEFAULT_LIMITS, type Limits } from '../limits.ts';
import {
  particleClaims,
  statementClaims,
  type ParticleClaims,
  type StatementClaims,
} from '../receipts/receipt.ts';
import { verifySignedParticle } from '../receipts/signed-particle.ts';
import { statementAt } from '../receipts/statement.ts';
import { decodeData } from '../trace/codec.ts';
import { Value } from '../values/value.ts';
import { decodeProof } from './format.ts';
import { OriginList, type ProvenOrigin } from './origins.ts';
import { asProof, ProofError } from './proof-error.ts';
import { requireTrueData, walkTo } from './walk.ts';

/**
 * What a proof proves: all that a receipt does, that the signed script has this call at this site, and the origin of each argument down to
 * literals and first calls. JSON-representable.
 */
export interface ProofClaims extends ParticleClaims, StatementClaims {
  /** Canonical JSON of the result; of `[code, message]` for a failure. `undefined` if it is sealed. */
  readonly valueJson: string | undefined;
  /** Of the arguments of the call: places in `origins`. */
  readonly arguments: readonly number[];
  /** Every value behind the call, each once. */
  readonly origins: readonly ProvenOrigin[];
  /** Hashes (hex) of values that the script passes on without looking into them. A hash does not hide a value that can be guessed. */
  readonly sealed: readonly string[];
  /** Peers whose signed logs the proof holds. */
  readonly signers: readonly string[];
}

/** How a proof is run again. */
export interface ProofOptions {
  /** Of the run, where the peer had others than the defaults. */
  readonly limits?: Limits;
}

/**
 * Verifies a proof: holds all signatures, and runs the script again up to the call. Total: any bytes give claims or a {@link ProofError}.
 * Needs no network, no clock and no other data.
 *
 * It does not prove that a peer told the truth, or when this happened. A sealed value may be passed on by the script; one that it looks
 * into is refused.
 *
 * @throws {ProofError} The first violation found; every kind has its own code.
 * @spec docs/spec/proof.md
 * @example const { origins, arguments: args } = verifyProof(bytes); origins[args[0]].tetraplet // who said the first argument
 */
export function verifyProof(bytes: Uint8Array, { limits = DEFAULT_LIMITS }: ProofOptions = {}): ProofClaims {
  const { particle, peerId, site, data: dataBytes } = decodeProof(bytes);
  asProof('ERR_PROOF_PARTICLE', () => verifySignedParticle(particle));
  const data = asProof('ERR_PROOF_DATA', () => {
    const decoded = decodeData(dataBytes, particle.signature, 'proven');
    requireTrueData(decoded, particle, limits);
    return decoded;
  });
  const sealed = new Set<string>();
  const seal = (hash: string): Value => {
    sealed.add(hash);
    return Value.ofSealed(hash, () => {
      throw new ProofError(
        'ERR_PROOF_SEALED',
        `the script looks into value \`${hash}\`, which the proof does not hold`,
        { hash },
      );
    });
  };
  const reached = asProof('ERR_PROOF_RUN', () => walkTo({ particle, peerId, site, data, limits }, seal));
  const index = reached.log.find(site) as number;
  const statement = statementClaims(statementAt(reached.log, index));
  const value = data.values.get(statement.responseHash);
  if (value === undefined) sealed.add(statement.responseHash);
  const origins = new OriginList();
  const args = asProof('ERR_PROOF_DATA', () => origins.add(reached.args));
  return {
    ...particleClaims(particle),
    ...statement,
    valueJson: value && asProof('ERR_PROOF_DATA', () => requireText(value)),
    arguments: args,
    origins: origins.nodes,
    sealed: [...sealed],
    signers: [...data.logs.keys()],
  };
}

/** @throws {RunError} 20010 if it is not canonical JSON. */
function requireText(value: Value): string {
  value.requireJson();
  return value.text;
}
