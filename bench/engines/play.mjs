// One particle, from its init peer to the end, over all peers.
import { now } from '../clock.mjs';
import { EMPTY, INIT } from './peers.mjs';

/**
 * @param engine
 * @param {{ air: string, answer: (functionName: string, args: unknown[]) => string }} script
 * @param {number} particle
 * @param {(input: import('./peers.mjs').Input) => void} [see] Called with the input of each run before it.
 * @returns {number} Milliseconds in runs of the engine.
 */
export function play(engine, { air, answer }, particle, see) {
  const known = new Map();
  const queue = [{ to: INIT, current: EMPTY, results: [] }];
  let ms = 0;
  while (queue.length > 0) {
    const { to, current, results } = queue.shift();
    const input = { to, air, particle, prev: known.get(to) ?? EMPTY, current, results };
    see?.(input);
    const begin = now();
    const { code, message, data, next, requests } = engine.run(input);
    ms += now() - begin;
    if (code !== 0) throw new Error(`${engine.name}: code ${code} ${message.slice(0, 300)}`);
    known.set(to, data);
    for (const peerId of next) queue.push({ to: peerId, current: data, results: [] });
    if (requests.length === 0) continue;
    const answers = requests.map(({ id, functionName, args }) => [id, answer(functionName, args)]);
    queue.push({ to, current: EMPTY, results: answers });
  }
  return ms;
}
