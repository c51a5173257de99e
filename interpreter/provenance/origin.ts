import type { Tetraplet } from './tetraplet.ts';

/**
 * Who made a value: a service; the init peer, by writing it into the script (`literal`); the script, by putting values together
 * (`composed`: canons, pairs, what is read of them as a whole); or the interpreter, about something that failed (`error`).
 */
export type OriginKind = 'service' | 'literal' | 'composed' | 'error';

/**
 * Where a value came from, all the way down: the tetraplet names the direct producer, `arguments` the origins of what that
 * producer was given, `parts` those of what the script put together. Built at the first access.
 *
 * Check `kind` before you trust a tetraplet without a service: a value that a canon of the init peer put together has the same
 * tetraplet as a literal.
 *
 * @spec docs/spec/call-record.md#origins
 */
export interface Origin {
  readonly kind: OriginKind;
  readonly tetraplet: Tetraplet;
  /**
   * Leaf hash (hex) of the signed record behind the value, in the log of `tetraplet.peerId`; absent for literals and what the script
   * composed.
   */
  readonly record: string | undefined;
  /** Of a result, or of the error of a call: the origin of each argument of that call. Otherwise empty. */
  readonly arguments: readonly Origin[];
  /** Of a composed value: the origins of all that it was put together from. Empty for every other kind. */
  readonly parts: readonly Origin[];
  /**
   * Peers that selected this value among others: those of the canons that it passed through (they fix order, count and
   * membership), and whoever answered the variable key or index that picked it. Empty if the script alone decided; `['*']` for
   * more than 64 peers.
   */
  readonly selectors: readonly string[];
}
