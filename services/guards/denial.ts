import type { JsonValue, Tetraplet } from '../../interpreter/index.ts';

/**
 * Why a rule said no, as facts and not as text: a program can read them, and `formatDenial` can call peers by name.
 */
export type Reason =
  /** One tetraplet, but another one. */
  | { readonly kind: 'origin'; readonly expected: Tetraplet; readonly found: Tetraplet }
  /** No tetraplet: left out, or an empty canon. */
  | { readonly kind: 'no-origin'; readonly expected?: Tetraplet }
  /** A whole canon where one value was expected. */
  | { readonly kind: 'many-origins'; readonly count: number; readonly expected?: Tetraplet }
  /** `each` was given something that is not a canon stream. */
  | { readonly kind: 'not-a-canon' }
  /** The argument is computed, where a literal of the script was expected. */
  | { readonly kind: 'not-literal'; readonly found: Tetraplet }
  /** Another value than the one literal that is allowed. */
  | { readonly kind: 'value'; readonly expected: readonly JsonValue[]; readonly found: JsonValue }
  /** Started by another peer. */
  | { readonly kind: 'caller'; readonly expected: readonly string[]; readonly found: string }
  /** A management function, called by a peer that neither owns this one nor is named by an access rule. */
  | { readonly kind: 'management'; readonly owner: string; readonly found: string }
  /** An access rule (counted from 0) says no. */
  | { readonly kind: 'access-rule'; readonly rule: number; readonly found: string; readonly because?: string }
  | { readonly kind: 'custom'; readonly text: string }
  /** The guard itself failed; closed is the safe side. */
  | { readonly kind: 'guard-failed'; readonly message: string }
  | { readonly kind: 'all-of'; readonly reasons: readonly Reason[] }
  | { readonly kind: 'any-of'; readonly reasons: readonly Reason[] }
  | {
      readonly kind: 'each';
      readonly elements: readonly { readonly index: number; readonly reason: Reason }[];
      /** How many more elements are denied. */
      readonly more: number;
    };

/** The explanation of one denied call: about the caller, about arguments, or both. JSON-representable. */
export interface Denial {
  readonly serviceId: string;
  readonly functionName: string;
  readonly caller?: Reason;
  /** In the order of declaration; only the denied ones. */
  readonly arguments: readonly { readonly name: string; readonly reason: Reason }[];
}
