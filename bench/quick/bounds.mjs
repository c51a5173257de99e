// What `--quick` checks: a few workloads with the ratio to AquaVM under which something is wrong. The margin is wide (about half of
// what a quiet machine shows), so that a busy machine passes; ratios are taken within one run.
import { ratioOf } from '../pairs/table.mjs';

/** Lowest ratio by workload, over its sizes. Only workloads whose inputs need no preparing: of those, a short run has too few. */
const RATIO_MIN = {
  'main job': 3,
  chain: 2.5,
  'parallel fold': 2,
  'merge of parts': 2,
  'parser-10000-100': 1,
};
/** In CPU time, which a busy machine changes little; milliseconds where it is not a ratio. */
const START_MAX = { runToBare: 4.5, moduleBeyondEmpty: 90, execute: 50 };

export const QUICK_WORKLOADS = new Set(Object.keys(RATIO_MIN));

/**
 * What was not measured, or is not a number, does not hold either.
 *
 * @param isWhole Left out: only what was measured is checked.
 * @returns {string[]} A line for each bound that does not hold.
 */
export function boundsBroken({ pairs, start }, isWhole = false) {
  const slow = Object.entries(RATIO_MIN).flatMap(([name, least]) => {
    const rows = pairs.rows.filter(row => row.name === name);
    if (rows.length === 0) return isWhole ? [`${name}: not measured`] : [];
    return rows
      .filter(row => !(ratioOf(row) >= least))
      .map(row => `${name} ${row.size}: ratio ${ratioOf(row).toFixed(2)}, at least ${least}`);
  });
  const isStarted = start?.wall !== undefined;
  if (!isStarted) return isWhole ? [...slow, 'start: not measured'] : slow;
  // Not every system reports the CPU time of children.
  const times = { ...(start.cpu ?? start.wall), execute: start.execute };
  const late = Object.entries(START_MAX)
    .filter(([key, most]) => !(times[key] <= most))
    .map(([key, most]) => `start, ${key}: ${Number(times[key]).toFixed(1)}, at most ${most}`);
  return [...slow, ...late];
}
