import type { Site } from '../provenance/site.ts';

/**
 * What is known about one site besides the signed record of its outcome. States are not signed: the worst that a forged
 * one can do is to delay a call (`requested`) or to reorder a stream (`generation`); see SECURITY.md.
 */
export type State =
  /** `by` passed the particle on to the peer that must perform this call or canon. No peer needs to do so again. */
  | { readonly kind: 'requested'; readonly site: Site; readonly by: string }
  /**
   * `by` gave the call to its host under this id and waits for the result. `callHash` says which call that was: service, function
   * and arguments at a site can change while the host works, and a result belongs only to the call that was requested.
   */
  | {
      readonly kind: 'pending';
      readonly site: Site;
      readonly by: string;
      readonly requestId: number;
      /** SHA-256 (hex) of canonical JSON: `[service id, function name, args hash]`. */
      readonly callHash: string;
    }
  /** A value was put into a stream or stream map; values of one generation are of one age. */
  | { readonly kind: 'put'; readonly site: Site; readonly generation: number };

/** Where the state of a value in a stream was found: it decides the place of the value among the others. */
export type Age = 'previous' | 'current' | 'new';
