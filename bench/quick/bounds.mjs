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

/** @returns {string[]} A line for each bound that does not hold. */
export function boundsBroken({ pairs, start = {} }) {
  const slow = pairs.rows
    .filter(row => ratioOf(row) < (RATIO_MIN[row.name] ?? 0))
    .map(row => `${row.name} ${row.size}: ratio ${ratioOf(row).toFixed(2)}, at least ${RATIO_MIN[row.name]}`);
  const { cpu, execute } = start;
  const late = Object.entries({ ...cpu, execute })
    .filter(([key, value]) => value > (START_MAX[key] ?? Infinity))
    .map(([key, value]) => `start, ${key}: ${value.toFixed(1)}, at most ${START_MAX[key]}`);
  return [...slow, ...late];
}
