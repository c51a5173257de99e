import type { Case, Ending, MakeCase } from './case.ts';
import { Violation } from './invariants.ts';
import { Tally } from './tally.ts';

export const SEED = Number(process.env['BERYL_SEED'] ?? 1);
const IS_LONG = process.env['BERYL_LONG'] !== undefined;
/** Of all kinds together. */
export const CASES = Number(process.env['BERYL_COUNT'] ?? (IS_LONG ? 1_000_000 : 20_000));
/** One case alone, such as `data:123`. */
const ONLY = process.env['BERYL_CASE']?.split(':');

/** From here on chance has brought about everything that is asserted to be reached. */
export const CASES_OF_ALL_CODES = 20_000;
const PROGRESS_MS = 30_000;
const YIELD_MS = 1_000;

/** Plays many cases of one kind. Nothing is kept of a case but counts, so that a million of them take no more room than a thousand. */
export async function campaign(kind: string, make: MakeCase, count: number): Promise<Tally> {
  const tally = new Tally(kind);
  const [first, end] =
    ONLY === undefined ? [0, count] : ONLY[0] === kind ? [Number(ONLY[1]), Number(ONLY[1]) + 1] : [0, 0];
  let [yielded, told] = [performance.now(), performance.now()];
  for (let index = first; index < end; index++) {
    tally.add(index, playWhole(make(SEED, index), kind, index));
    const now = performance.now();
    if (now - yielded < YIELD_MS) continue;
    // The runner must hear from us now and then, or it gives us up.
    await new Promise(resolve => setImmediate(resolve));
    yielded = performance.now();
    if (now - told < PROGRESS_MS) continue;
    told = now;
    console.log(`${tally.summary()}, ${Math.round(process.memoryUsage().heapUsed / 2 ** 20)} MB`);
  }
  return tally;
}

const all = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

function playWhole(one: Case, kind: string, index: number): Ending {
  try {
    return one.play(all(one.mutations));
  } catch (failure) {
    throw told(one, smallest(one), kind, index, failure);
  }
}

/** The mutations without which the invariant holds again: leaves out one after the other. */
function smallest(one: Case): number[] {
  let kept = all(one.mutations);
  for (const candidate of kept) {
    const fewer = kept.filter(at => at !== candidate);
    if (fails(one, fewer)) kept = fewer;
  }
  return kept;
}

function fails(one: Case, kept: readonly number[]): boolean {
  try {
    one.play(kept);
    return false;
  } catch {
    return true;
  }
}

function told(one: Case, kept: readonly number[], kind: string, index: number, failure: unknown): Error {
  const names: string[] = [];
  try {
    one.play(kept, names);
  } catch {
    // Known already; it is the names that were asked for.
  }
  const what =
    failure instanceof Violation ? failure.message : `something was thrown: ${(failure as Error).stack}`;
  return new Violation(
    [
      `${kind} ${index} of seed ${SEED}: ${what}`,
      `mutations: ${names.join('; ') || 'none'}`,
      one.about(),
      `npm run fuzz -- --seed ${SEED} --case ${kind}:${index}`,
    ].join('\n'),
    { cause: failure },
  );
}
