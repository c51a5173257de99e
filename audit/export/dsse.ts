import { concat, toBase64, utf8 } from '../../base/bytes.ts';
import type { Signer } from '../../interpreter/index.ts';

export interface DsseEnvelope {
  readonly payloadType: string;
  /** Base64. */
  readonly payload: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

/** Signs a text after DSSE v1. The key id is the peer id of the signer: a hint only, as DSSE says. */
export function signEnvelope(payloadType: string, text: string, signer: Signer): DsseEnvelope {
  const payload = utf8(text);
  const sig = toBase64(signer.sign(preAuthEncoding(payloadType, payload)));
  return { payloadType, payload: toBase64(payload), signatures: [{ keyid: signer.peerId, sig }] };
}

/** What is signed, PAE in DSSE: type and payload, each with its length, so that no text of one kind is one of another. */
const preAuthEncoding = (payloadType: string, payload: Uint8Array): Uint8Array =>
  concat(utf8(`DSSEv1 ${utf8(payloadType).length} ${payloadType} ${payload.length} `), payload);
