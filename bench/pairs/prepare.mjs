// A thread of its own: plays particles, and keeps the input of one run of each. Threads share no caches.
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { ENGINES } from '../engines/index.mjs';
import { play } from '../engines/play.mjs';
import { workloadOf } from '../workloads/index.mjs';

/** AquaVM keeps nothing from run to run, so that a few inputs in turn are as good as new ones. */
const COUNT_MAX = { Beryl: Infinity, AquaVM: 3 };

/** A first run, some early ones, some to warm up, some to measure: each needs an input of its own. */
const COUNT_MIN = { Beryl: 16, AquaVM: 1 };

/** @returns {Promise<import('../engines/peers.mjs').Input[]>} */
export function prepare(engine, name, size, limits) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { engine, name, size, limits } });
    worker.once('message', resolve).once('error', reject);
  });
}

async function work({ engine: engineName, name, size, limits }) {
  const { script, runs } = workloadOf(name);
  const engine = await ENGINES[engineName]();
  const count = Math.min(limits.count, COUNT_MAX[engineName]);
  const chosen = [];
  const begin = performance.now();
  let bytes = 0;
  while (chosen.length < count && bytes < limits.bytes) {
    if (performance.now() - begin > limits.ms && chosen.length >= COUNT_MIN[engineName]) break;
    const inputs = [];
    play(engine, script(size, chosen.length), chosen.length + 1, input => inputs.push(input));
    const input = runs(inputs);
    chosen.push(input);
    bytes +=
      input.prev.length +
      input.current.length +
      input.results.reduce((sum, [, json]) => sum + json.length, 0);
  }
  return chosen;
}

if (parentPort !== null) parentPort.postMessage(await work(workerData), []);
