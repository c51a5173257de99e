/**
 * The peers that selected a value among others, each named once: the peer of every canon that it passed through, and whoever
 * made the variable key or index that picked it. Empty for a value that was not selected.
 *
 * @spec docs/spec/call-record.md#selectors
 */
export type Selectors = readonly string[];

export const NO_SELECTORS: Selectors = [];

/** More selectors of one value are not listed: {@link MANY_SELECTORS} stands for them. */
export const SELECTORS_MAX = 64;

/**
 * In place of more than {@link SELECTORS_MAX} peers, or where the selector is unknown: an error that a script uses as a key. It is not a peer id,
 * so no guard can name it: the guard denies.
 */
export const MANY_SELECTORS: Selectors = ['*'];

/** All peers of both. Returns `a` itself if `b` adds nothing. */
export function joinSelectors(a: Selectors, b: Selectors): Selectors {
  if (b.length === 0 || a === b || a === MANY_SELECTORS) return a;
  if (a.length === 0 || b === MANY_SELECTORS) return b;
  if (b.every(peerId => a.includes(peerId))) return a;
  const added = b.filter(peerId => !a.includes(peerId));
  return a.length + added.length > SELECTORS_MAX ? MANY_SELECTORS : [...a, ...added];
}
