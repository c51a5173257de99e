/**
 * `beryl/interpreter`: the pure transition `execute`, and what belongs to it: values, origins, signed records, data.
 *
 * @packageDocumentation
 */
export { execute } from './execute.ts';
export { DEFAULT_LIMITS, type Limits } from './limits.ts';
export type { CallRequest, Outcome } from './outcome.ts';
export type { CallResult, RunInput, RunParams } from './params.ts';
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

export { encodeRecord, type CallRecord } from './provenance/call-record.ts';
export { cidOf } from './provenance/cid.ts';
export {
  KeyError,
  peerIdOf,
  publicKeyOfPeerId,
  signerOf,
  verifySignature,
  type Signer,
} from './provenance/key-pair.ts';
export { verifyEquivocation, type EquivocationClaims, type HeadClaims } from './provenance/equivocation.ts';
export { particleMessage, type SignedHeader } from './provenance/particle-message.ts';
export type { Origin, OriginKind } from './provenance/origin.ts';
export {
  verifyReceipt,
  type ParticleClaims,
  type ReceiptClaims,
  type StatementClaims,
} from './provenance/receipt.ts';
export { ReceiptError, type ReceiptErrorCode } from './provenance/receipt-error.ts';
export type { RecordBatch, RecordChain, SealedRecord } from './provenance/record-batch.ts';
export type { SignedParticle } from './provenance/signed-particle.ts';
export type { Site } from './provenance/site.ts';
export type { Tetraplet } from './provenance/tetraplet.ts';
export { sha256 } from './platform.ts';

export { decodeData, encodeData } from './trace/codec.ts';
export type { Data } from './trace/data.ts';
export { exportEquivocation, exportReceipt, type ReceiptOptions, type RecordName } from './trace/export.ts';
export type { State } from './trace/state.ts';
