/** What a peer tells beside steps and calls: events of `beryl/peer`, by their shape. */
export interface Refusal {
  readonly peerId: string;
  readonly stage: 'admission' | 'verification';
  readonly from: string;
  readonly particle: { readonly id: string; readonly initPeerId: string; readonly signature: Uint8Array };
  readonly code: string;
  readonly message: string;
}

export interface Send {
  readonly peerId: string;
  readonly to: string;
  readonly particleSignature: Uint8Array;
  readonly failure?: string;
}

export interface Expiry {
  readonly peerId: string;
  readonly particleSignature: Uint8Array;
}
