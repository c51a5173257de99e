// A thread of its own: plays particles, and keeps the input of one run of each. Threads share no caches.
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { ENGINES } from '../engines/index.mjs';
import { play } from '../engines/play.mjs';
import { workloadOf } from '../workloads/index.mjs';

/** One of Beryl is renewed for each particle; AquaVM keeps nothing from run to run, so that a few in turn are as good as new ones. */
const COUNT_MAX = { Beryl: 1, AquaVM: 3 };

/** @returns {Promise<import('../engines/peers.mjs').Input[]>} */
export function prepare(engine, name, size, prepareMs) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { engine, name, size, prepareMs } });
    worker.once('message', resolve).once('error', reject);
  });
}

async function work({ engine: engineName, name, size, prepareMs }) {
  const { script, runs } = workloadOf(name);
  const engine = await ENGINES[engineName]();
  const chosen = [];
  const begin = performance.now();
  while (
    chosen.length === 0 ||
    (chosen.length < COUNT_MAX[engineName] && performance.now() - begin < prepareMs)
  ) {
    const inputs = [];
    play(engine, script(size, chosen.length), chosen.length + 1, input => inputs.push(input));
    chosen.push(runs(inputs));
  }
  return chosen;
}

if (parentPort !== null) parentPort.postMessage(await work(workerData), []);
