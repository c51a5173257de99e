/**
 * Every bound of this folder, each with its reason. What a stranger can make grow is bounded here or in the interpreter.
 */

/** UTF-16 units of a failure text. It travels to every peer of the particle, and may quote a stranger's argument. */
export const FAILURE_TEXT_MAX = 4096;

/** UTF-16 units of a stack in the log of this peer. */
export const STACK_MAX = 16_384;

/** UTF-16 units of one part of a tetraplet, name or value that a text quotes: the other parts must stay readable. */
export const QUOTED_MAX = 160;

/** Elements of an argument whose denial is shown in full; a canon of 10 000 forged elements gets one line for the rest. */
export const DENIED_ELEMENTS_MAX = 3;

/** Origins that the guards of one call check, further down than its own arguments. The script decides how many there are. */
export const ORIGINS_MAX = 100_000;

/** The last steps down to a denied origin, as shown in a denial; chains of 10 000 calls are possible. */
export const ORIGIN_STEPS_MAX = 5;

/** Calls that wait for the state of one instance. A stranger's slow calls must not build an endless queue. */
export const STATE_QUEUE_MAX = 1024;

/** Services of one peer that wait for each other's answers in one call. */
export const NESTED_CALLS_DEPTH_MAX = 8;

/** Calls of other services that one handler makes. */
export const NESTED_CALLS_MAX = 1024;

/** Rules of one access list: each call walks them. */
export const ACL_RULES_MAX = 10_000;

/** Peers of one access rule. */
export const ACL_PEERS_MAX = 10_000;

/** Values of an answer among which a forgotten promise is looked for, to name it. */
export const PROMISE_SEARCH_MAX = 10_000;

/** Rules of one policy. */
export const POLICY_RULES_MAX = 10_000;

/** Levels of values in each other in a policy: its reader and its checks are recursive. */
export const POLICY_DEPTH_MAX = 64;

/** Init peers for which one rate is counted at a time; the one that has been idle for longest is forgotten, when its quota is full again. */
export const RATE_KEYS_MAX = 65_536;

/** Calls stopped by rules or limits that are logged in a minute. */
export const DROPS_LOGGED_MAX = 60;

/** Characters of a receipt in an argument, base64url. It holds its script, and each takes two signature checks. */
export const RECEIPT_SIZE_MAX = 1_048_576;

/** How far the particle of a receipt may be ahead of this peer's clock, milliseconds. Peers admit particles by the same rule. */
export const RECEIPT_SKEW_MS = 60_000;
