/**
 * What guards do: `enforce` denies, `monitor` notes the denial in the decision and lets the call pass (to try new guards on
 * live traffic), `off` skips the guards. A mode can be set for a peer, a service and a function; the narrowest counts.
 *
 * Access lists and schemas are not guards: they always decide. So does the `caller` rule of a management function.
 */
export type GuardMode = 'enforce' | 'monitor' | 'off';
