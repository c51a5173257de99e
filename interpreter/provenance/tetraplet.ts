/**
 * Where an argument came from, as a service sees it.
 *
 * The rule of Beryl: if `serviceId` is not empty, then applying `getter` to the recorded result of `functionName` of
 * `serviceId` on `peerId` gives exactly the argument. Every other value has no service, or a getter that begins
 * with `:error:`, and no guard that expects a result matches it.
 *
 * @spec docs/spec/call-record.md#origins
 */
export interface Tetraplet {
  /** Peer that produced the value (base58 peer id). For literals: the init peer. */
  readonly peerId: string;
  /** Empty for literals and for what the script composed. */
  readonly serviceId: string;
  readonly functionName: string;
  /** `''`: the whole result. Else `.$.` and accessors joined by `.` (`.$.a.[0].b`), then `.length` if the length was taken. */
  readonly getter: string;
}
