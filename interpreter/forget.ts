/**
 * Empties all caches between runs. A cache never changes a verdict; tests empty them to show that, and to see a
 * run as a peer sees it that has met nothing before.
 */
const clears: (() => void)[] = [];

/** Each cache says, once, how it is emptied. */
export const onForget = (clear: () => void): void => void clears.push(clear);

/** Empties every cache of the interpreter. For tests; not part of the public entry. */
export function forgetAll(): void {
  for (const clear of clears) clear();
}
