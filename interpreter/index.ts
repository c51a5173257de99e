/**
 * `beryl/interpreter`: the pure transition `execute`, and what belongs to it: values, origins, signed records, data.
 *
 * @packageDocumentation
 */
export { execute, prepare, type PreparedRun } from './execute.ts';
export { inspect, type Inspection, type SeenVariable } from './inspect.ts';
export { DEFAULT_LIMITS, type Limits } from './limits.ts';
export type { CallRequest, Outcome, UncaughtFailure } from './outcome.ts';
export type { CallResult, PrepareInput, RunInput, RunParams } from './params.ts';
export type { Step, StepObserver } from './step.ts';
export { isCatchableCode, RetCode, RunError, type RetCodeName } from './errors.ts';

export { canonicalJson } from './values/canonical-json.ts';
export { applyGetter, isGetter, type Getter } from './values/getter.ts';
export {
  ARGUMENTS_DEPTH_MAX,
  equalJson,
  Float,
  fromJsonValue,
  JsonError,
  toJsonValue,
  type Json,
  type JsonValue,
} from './values/json.ts';
export { parseJson } from './values/json-parser.ts';
export { Value } from './values/value.ts';

export { CborError, CborReader, CborWriter, type CborErrorCode } from './cbor.ts';

export { cidOf } from './values/cid.ts';

export {
  isMadeHere,
  KeyError,
  overheard,
  peerIdOf,
  publicKeyOfPeerId,
  signerOf,
  verifySignature,
  type AsyncSigner,
  type Signer,
} from './keys/key-pair.ts';
export { particleMessage, type SignedHeader } from './keys/particle-message.ts';

export { encodeRecord, type CallRecord, type ToldArgument } from './log/record.ts';
export { RecordLog } from './log/record-log.ts';
export { SealedRecord } from './log/sealed-record.ts';
export { leafHash, nodeHash, rootOfPath, TreeHash } from './log/tree-hash.ts';
export type { Origin, OriginKind } from './provenance/origin.ts';
export type { Site } from './provenance/site.ts';
export type { Tetraplet } from './provenance/tetraplet.ts';
export { sha256, sha256Hex, sha256Into } from './platform.ts';

export { decodeData, encodeData } from './trace/codec.ts';
export type { Data } from './trace/data.ts';
export type { State } from './trace/state.ts';

export { verifyEquivocation, type EquivocationClaims, type HeadClaims } from './receipts/evidence.ts';
export {
  exportEquivocation,
  exportReceipt,
  listReceipts,
  type ReceiptOptions,
  type RecordReference,
} from './receipts/export.ts';
export {
  verifyReceipt,
  type ParticleClaims,
  type ReceiptClaims,
  type StatementClaims,
} from './receipts/receipt.ts';
export { ReceiptError, type ReceiptErrorCode } from './receipts/receipt-error.ts';
export {
  exportProof,
  type CallReference,
  type ExportProofOptions,
  type ShownValues,
} from './proofs/export.ts';
export type { ProvenOrigin } from './proofs/origins.ts';
export { ProofError, type ProofErrorCode } from './proofs/proof-error.ts';
export { verifyProof, type ProofClaims, type ProofOptions } from './proofs/verify.ts';
export type { SignedParticle } from './receipts/signed-particle.ts';
