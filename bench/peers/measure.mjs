// Particles per second, and how long one takes: node measure.mjs <in flight> <full | quick>. Prints two results, JSON: with two hosts, and with
// one that has both services.
import { underLoad } from './load.mjs';
import { startNetwork } from './network.mjs';

const [inFlight, effort] = process.argv.slice(2);
const results = [];
for (const isOneHost of [false, true]) {
  const { run } = await startNetwork(undefined, isOneHost);
  results.push(await underLoad(run, Number(inFlight), effort));
}
process.stdout.write(JSON.stringify(results), () => process.exit());
