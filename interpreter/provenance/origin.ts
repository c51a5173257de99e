import type { Tetraplet } from './tetraplet.ts';

/**
 * Where a value came from, all the way down: the tetraplet names the direct producer, `arguments` the origins of what that
 * producer was given. Built only when asked for.
 *
 * @spec docs/spec/call-record.md#origins
 */
export interface Origin {
  readonly tetraplet: Tetraplet;
  /** Hash (hex) of the signed record behind the value; absent for literals and what the script composed. */
  readonly record: string | undefined;
  /** Per argument of the producing call: its origins (one, or one per element of a whole canon). Empty without a record. */
  readonly arguments: readonly (readonly Origin[])[];
}
