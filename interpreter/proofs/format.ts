import { CborWriter } from '../cbor.ts';
import { readFormat } from '../receipts/receipt.ts';
import {
  PEER_ID_BYTES_MAX,
  readParticle,
  writeParticle,
  type SignedParticle,
} from '../receipts/signed-particle.ts';
import { asProof } from './proof-error.ts';

/** The first item of a proof: what it is, and of which version. */
const PROOF_FORMAT = 'beryl/proof/1';

/** One call with everything behind its arguments; anybody who has these bytes can run the script again up to it, offline. */
export interface Proof {
  readonly particle: SignedParticle;
  /** Which call: the peer that made it, and its site as text. */
  readonly peerId: string;
  readonly site: string;
  /** Logs of all peers, and the values that the script looks into: data as a particle carries it. */
  readonly data: Uint8Array;
}

/** `[format, particle, peer id, site, data]`. @spec docs/spec/proof.md */
export function encodeProof({ particle, peerId, site, data }: Proof): Uint8Array {
  const cbor = new CborWriter();
  cbor.array(5);
  cbor.text(PROOF_FORMAT);
  writeParticle(cbor, particle);
  cbor.text(peerId);
  cbor.text(site);
  cbor.bytes(data);
  return cbor.finish();
}

/** @throws {ProofError} ERR_PROOF_SIZE, ERR_PROOF_MALFORMED, ERR_PROOF_VERSION. */
export function decodeProof(bytes: Uint8Array): Proof {
  return asProof('ERR_PROOF_MALFORMED', () =>
    readFormat(bytes, 5, PROOF_FORMAT, cbor => ({
      particle: readParticle(cbor),
      peerId: cbor.text(PEER_ID_BYTES_MAX),
      site: cbor.text(),
      data: cbor.bytes(),
    })),
  );
}
