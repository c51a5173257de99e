// What recording costs: the main job on three peers, with a recorder of mode `all` and without, in turns of one process.
// node measure.mjs <full | quick>. CPU time: both do the same, and nothing waits.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileSink, Recorder } from 'beryl/audit';
import { sha256, signerOf } from 'beryl/interpreter';
import { createPeer, MemoryNetwork, seededRandom } from 'beryl/peer';
import { auth, blog, startService } from 'beryl/services';

const [effort = 'full'] = process.argv.slice(2);
const [WARM, BATCHES, BATCH] = effort === 'quick' ? [400, 100, 12] : [2000, 200, 20];
/** All particles of a life stay on their peers. */
const LIMITS = {
  particlesPerInitPeer: 1_000_000,
  particles: 1_000_000,
  known: 1_000_000,
  knownPerInitPeer: 1_000_000,
};

const signers = Object.fromEntries(
  ['author', 'auth', 'blog'].map(name => [name, signerOf(sha256(`bench ${name}`))]),
);
const id = name => signers[name].peerId;
const script = `
  (seq (call "${id('auth')}" ("authSrv" "get_status") [] status)
  (seq (call "${id('blog')}" ("blogSrv" "add_post") ["hello" status.$.is_admin] number)
       (call %init_peer_id% ("callbackSrv" "response") [number])))`;
const clock = {
  now: () => Date.now(),
  after(delay, callback) {
    const timer = delay === 0 ? setImmediate(callback) : setTimeout(callback, delay);
    return () => (delay === 0 ? clearImmediate(timer) : clearTimeout(timer));
  },
};

/** Three peers, of which the recorder hears everything. */
function networkOf(observer) {
  const network = new MemoryNetwork(clock, seededRandom(1));
  network.faults = { latencyMs: [0, 0] };
  const services = {
    author: [],
    auth: [startService(auth({ admins: [id('author')] }))],
    blog: [startService(blog({ authPeer: id('auth') }))],
  };
  const [author] = Object.entries(signers).map(([name, secretKey]) => {
    const transport = network.join(secretKey.peerId);
    const peer = createPeer({
      secretKey,
      transport,
      services: services[name],
      clock,
      limits: LIMITS,
      observer,
    });
    peer.start();
    return peer;
  });
  return author;
}

const folder = mkdtempSync(join(tmpdir(), 'beryl-bench-'));
const file = join(folder, 'run.beryl');
const recorder = new Recorder({
  sink: fileSink(file),
  origin: 'bench.example/recorder',
  signer: signerOf(sha256('bench recorder')),
});
const [plain, recorded] = [networkOf(undefined), networkOf(recorder)];

async function batch(author, count) {
  const before = process.cpuUsage();
  for (let i = 0; i < count; i++) await author.run(script).done;
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / count;
}
const median = list => list.toSorted((a, b) => a - b)[list.length >> 1];

await batch(plain, WARM / 2);
await batch(recorded, WARM / 2);
const [without, withIt] = [[], []];
for (let i = 0; i < BATCHES; i++) {
  // The order changes: what the one leaves behind must not always count for the other.
  if (i % 2 === 0) without.push(await batch(plain, BATCH));
  withIt.push(await batch(recorded, BATCH));
  if (i % 2 === 1) without.push(await batch(plain, BATCH));
}
recorder.end();
const particles = WARM / 2 + BATCHES * BATCH;
const result = {
  plainMs: median(without),
  recordedMs: median(withIt),
  overhead: median(withIt) / median(without) - 1,
  bytesPerParticle: statSync(file).size / particles,
};
rmSync(folder, { recursive: true });
process.stdout.write(JSON.stringify(result), () => process.exit());
