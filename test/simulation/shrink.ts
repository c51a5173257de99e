import type { Plan } from './plan.ts';

/**
 * Leaves out acts of a plan as long as it still fails: first halves of them, then single ones.
 *
 * @param fails Plays a plan. @param triesMax Of plays.
 */
export async function shrunk(
  plan: Plan,
  fails: (plan: Plan) => Promise<boolean>,
  triesMax = 100,
): Promise<Plan> {
  let smallest = plan;
  let tries = 0;
  for (let size = Math.ceil(plan.acts.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < smallest.acts.length && tries < triesMax;) {
      const acts = smallest.acts.filter((_, i) => i < at || i >= at + size);
      const smaller = { ...smallest, acts };
      tries += 1;
      if (await fails(smaller)) smallest = smaller;
      else at += size;
    }
  }
  return smallest;
}
