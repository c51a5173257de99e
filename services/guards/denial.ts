import type { Tetraplet } from '../../interpreter/index.ts';

/** What an origin should have been: a tetraplet, or without getter any part of the answer of that function. */
export interface ExpectedOrigin extends Omit<Tetraplet, 'getter'> {
  readonly getter?: string;
}

/** One step down: to an argument of the call behind an origin, or to a part of what the script put together. From 0. */
export type OriginStep = {
  /** Of the origin above. */
  readonly of: Tetraplet;
} & ({ readonly argument: number } | { readonly part: number });

/**
 * Why a rule said no, as facts and not as text: a program can read them, and `formatDenial` can call peers by name.
 */
export type Reason =
  /** One tetraplet, but another one. */
  | { readonly kind: 'origin'; readonly expected: ExpectedOrigin; readonly found: Tetraplet }
  /** No tetraplet: left out, or an empty canon. */
  | { readonly kind: 'no-origin'; readonly expected?: ExpectedOrigin }
  /** A whole canon where one value was expected. */
  | { readonly kind: 'many-origins'; readonly count: number; readonly expected?: ExpectedOrigin }
  /** `each` was given something that is not a canon stream. */
  | { readonly kind: 'not-a-canon' }
  /** The argument is computed, where a literal of the script (`of`: of this peer's script) was expected. */
  | { readonly kind: 'not-literal'; readonly found: Tetraplet; readonly of?: string }
  /** Not an answer of a call, so no arguments are behind it: a literal, composed by the script, or an error. */
  | { readonly kind: 'no-call'; readonly found: Tetraplet }
  /** A service is named, but no record backs it. No run makes such an origin. */
  | { readonly kind: 'no-record'; readonly found: Tetraplet }
  /** The call behind the origin was given an argument that is denied. */
  | { readonly kind: 'whose'; readonly step: OriginStep; readonly reason: Reason }
  /** An origin further down is denied. `steps` lead to it; `skipped` counts earlier steps that are left out. */
  | {
      readonly kind: 'derived';
      readonly steps: readonly OriginStep[];
      readonly skipped: number;
      readonly reason: Reason;
    }
  /** The arguments of this call have more origins than the limit. */
  | { readonly kind: 'too-many-origins'; readonly max: number }
  /** Other peers selected the value than those that may. Of a value with more than 64 selectors `found` is `['*']`. */
  | { readonly kind: 'selected'; readonly expected: readonly string[]; readonly found: readonly string[] }
  /** Another value than the literals that are allowed; all as canonical JSON texts. */
  | { readonly kind: 'value'; readonly expected: readonly string[]; readonly found: string }
  /** Started by another peer. */
  | { readonly kind: 'caller'; readonly expected: readonly string[]; readonly found: string }
  /** A management function, called by a peer that neither owns this one nor is named by an access rule. */
  | { readonly kind: 'management'; readonly owner: string; readonly found: string }
  /** An access rule (counted from 0) says no. */
  | { readonly kind: 'access-rule'; readonly rule: number; readonly found: string; readonly because?: string }
  /** A receipt that proves nothing: its `ERR_RECEIPT_…`, or another short code. */
  | { readonly kind: 'receipt'; readonly code: string; readonly why: string }
  /** A receipt of a particle of another init peer. */
  | { readonly kind: 'receipt-of'; readonly expected: readonly string[]; readonly found: string }
  /** No access rule allows the call, and the list denies what it does not allow. */
  | { readonly kind: 'not-allowed'; readonly found: string }
  /** The particle is older than a policy rule allows; milliseconds. */
  | { readonly kind: 'too-old'; readonly ageMs: number; readonly maxAgeMs: number }
  /** The init peer has called too often; milliseconds until there is room. */
  | { readonly kind: 'rate'; readonly retryAfterMs: number }
  /** No rule of the policy covers the function, and the policy denies such functions. */
  | { readonly kind: 'uncovered' }
  /** A policy rule is about an argument that the function does not have. */
  | { readonly kind: 'no-such-argument' }
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

/** What one rule of a policy denies. */
export interface RuleDenial {
  /** Id of the rule. */
  readonly rule: string;
  readonly because?: string;
  readonly caller?: Reason;
  readonly arguments: readonly { readonly name: string; readonly reason: Reason }[];
}

/** The explanation of one denied call: about the caller, about arguments, or both. JSON-representable. */
export interface Denial {
  readonly serviceId: string;
  readonly functionName: string;
  readonly caller?: Reason;
  /** Rules of a policy, in its order. */
  readonly policy?: readonly RuleDenial[];
  /** In the order of declaration; only the denied ones. */
  readonly arguments: readonly { readonly name: string; readonly reason: Reason }[];
}
