import { processorMs } from './processor-time.ts';

/**
 * Eight times as much takes about eight times as long, or twenty where the collector of garbage begins to work between the two sizes;
 * sixty-four would be the square.
 */
export const GROWTH_MAX = 32;
/** Compilers and collectors work on threads of their own: what they do at the wrong moment counts too. */
const TRIES = 4;

/** How many times longer `large` takes than `small`, which is an eighth of it. Ends once the growth is small enough. */
export function leastGrowth(small: () => void, large: () => void): number {
  let least = Infinity;
  // Below one millisecond there is only noise.
  for (let tries = 0; tries < TRIES && least > GROWTH_MAX; tries++)
    least = Math.min(least, leastMs(large) / Math.max(leastMs(small), 1));
  return least;
}

/** Collections of garbage fall on some runs only: what is soon done is done more often. */
function leastMs(act: () => void): number {
  const once = (): number => {
    const start = processorMs();
    act();
    return processorMs() - start;
  };
  let [least, spent] = [once(), 0];
  for (let i = 1; i < 2 || (i < 12 && spent < 100); i++) {
    const ms = once();
    least = Math.min(least, ms);
    spent += ms;
  }
  return least;
}
