/**
 * A workload: a particle, and which of its runs are measured.
 *
 * @typedef {object} Workload
 * @property {string} name
 * @property {string} what   What is measured, in a line.
 * @property {number[]} sizes
 * @property {(size: number, n: number) => { air: string, answer: Function }} script
 *   The particle. `n` counts particles; most workloads have the same text every time, as most hosts do.
 * @property {'all' | 'first' | ((inputs: import('../engines/peers.mjs').Input[]) => import('../engines/peers.mjs').Input)} runs
 *   `all`: every run of the particle, all peers in one process. `first`: the first run. A function: one run, whose input another
 *   thread has prepared, so that the process that runs it has seen nothing of the particle.
 */

/** Data arrives at a peer, and its script goes on there. */
export const arrivalAt = peerId => inputs =>
  inputs.findLast(({ to, current }) => to === peerId && current.length > 0);

/** All answers of services arrive. */
export const answered = inputs => inputs.find(({ results }) => results.length > 0);
