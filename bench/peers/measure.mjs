// Particles per second, and how long one takes: node measure.mjs <in flight> <full | quick>.
import { underLoad } from './load.mjs';
import { startNetwork } from './network.mjs';

const [inFlight, effort] = process.argv.slice(2);
const { run } = await startNetwork();
const result = await underLoad(run, Number(inFlight), effort);
process.stdout.write(JSON.stringify(result), () => process.exit());
