// All that is measured beside AquaVM: workloads under the names of its own benchmarks, written anew from what the names say, and ours.
import { CALLS } from './calls.mjs';
import { DATA } from './data.mjs';
import { HOPS } from './hops.mjs';
import { MAPS } from './maps.mjs';
import { PROGRAMS } from './programs.mjs';
import { SCRIPTS } from './scripts.mjs';

/** @type {import('./workload.mjs').Workload[]} */
export const WORKLOADS = [...HOPS, ...CALLS, ...SCRIPTS, ...DATA, ...PROGRAMS, ...MAPS];

export function workloadOf(name) {
  const found = WORKLOADS.find(workload => workload.name === name);
  if (found === undefined) throw new Error(`there is no workload \`${name}\``);
  return found;
}
