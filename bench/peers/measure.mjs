// The main job on three peers of `beryl/peer`, in one process, with the real clock: node measure.mjs <in flight> <full | quick>.
import { createPeer, MemoryNetwork, seededRandom } from 'beryl/peer';
import { auth, blog, startService } from 'beryl/services';
import { sha256, signerOf } from 'beryl/interpreter';

const [inFlight, effort] = process.argv.slice(2);
const [WARM_MS, MEASURE_MS] = effort === 'quick' ? [500, 1000] : [3000, 5000];
/** All particles of a life stay on their peers. */
const LIMITS = { particlesPerInitiator: 1_000_000, particles: 1_000_000 };

const signers = Object.fromEntries(
  ['author', 'auth', 'blog'].map(name => [name, signerOf(sha256(`bench ${name}`))]),
);
const id = name => signers[name].peerId;

/** Real time, and no delay where none is wanted: a timer takes a millisecond at least. */
const clock = {
  now: () => Date.now(),
  after(delay, callback) {
    const timer = delay === 0 ? setImmediate(callback) : setTimeout(callback, delay);
    return () => (delay === 0 ? clearImmediate(timer) : clearTimeout(timer));
  },
};
const network = new MemoryNetwork(clock, seededRandom(1));
network.faults = { latencyMs: [0, 0] };

const services = {
  author: [],
  auth: [startService(auth({ admins: [id('author')] }))],
  blog: [startService(blog({ authPeer: id('auth') }))],
};
const [author] = Object.entries(signers).map(([name, secretKey]) => {
  const transport = network.join(secretKey.peerId);
  const peer = createPeer({ secretKey, transport, services: services[name], clock, limits: LIMITS });
  peer.start();
  return peer;
});

const script = `
  (seq (call "${id('auth')}" ("authSrv" "get_status") [] status)
  (seq (call "${id('blog')}" ("blogSrv" "add_post") ["hello" status.$.is_admin] number)
       (call %init_peer_id% ("callbackSrv" "response") [number])))`;

const begin = performance.now();
const measuredFrom = begin + WARM_MS;
const end = measuredFrom + MEASURE_MS;
const latencies = [];

/** One particle after the other. */
async function worker() {
  for (let started = performance.now(); started < end; started = performance.now()) {
    await author.run(script).done;
    const ended = performance.now();
    if (ended >= measuredFrom && ended <= end) latencies.push(ended - started);
  }
}
await Promise.all(Array.from({ length: Number(inFlight) }, worker));

latencies.sort((a, b) => a - b);
const at = part => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))];
const perSecond = (1000 * latencies.length) / MEASURE_MS;
process.stdout.write(
  JSON.stringify({ inFlight: Number(inFlight), perSecond, p50: at(0.5), p99: at(0.99) }),
  () => process.exit(),
);
