// Particles per second and CPU time of the main job on a peer with several workers, on a real nats-server:
// node bench/peers/lattice.mjs <workers> <in flight> [seconds]
import { fork, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256, signerOf } from 'beryl/interpreter';
import { createPeer, natsLink, natsServerConfig, signHostBinding } from 'beryl/peer';

const [count = 1, inFlight = 16, seconds = 10] = process.argv.slice(2).map(Number);
const WARM_MS = 4000;
const PARTITIONS = 64;
/** Of /proc/<pid>/stat, milliseconds. */
const TICK_MS = 10;

const folder = mkdtempSync(join(tmpdir(), 'beryl-lattice-'));
const port = await new Promise(resolve => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = probe.address();
    probe.close(() => resolve(free));
  });
});
const servers = [`127.0.0.1:${port}`];
const hex = bytes => Buffer.from(bytes).toString('hex');
const life = { fromMs: Date.now() - 60_000, untilMs: Date.now() + 3_600_000 };
async function hostOf(peer, name) {
  const hostKey = sha256(`bench host ${name}`);
  return { servers, hostKey, binding: await signHostBinding(peer, signerOf(hostKey), life) };
}
const peer = signerOf(sha256('bench lattice'));
const client = signerOf(sha256('bench client'));
const workerHosts = await Promise.all(Array.from({ length: count }, (_, i) => hostOf(peer, `worker ${i}`)));
const clientHost = await hostOf(client, 'client');
const config = join(folder, 'server.conf');
const users = natsServerConfig(
  [...workerHosts, clientHost].map(({ binding }) => binding),
  Date.now(),
);
writeFileSync(config, `host: 127.0.0.1\nport: ${port}\njetstream { store_dir: "${folder}/store" }\n${users}`);
const server = spawn('nats-server', ['-c', config], { stdio: 'ignore' });
const workers = [];
process.on('exit', () => {
  for (const worker of workers) worker.kill('SIGKILL');
  server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
await new Promise(resolve => setTimeout(resolve, 1000));

const held = new Map();
for (const { hostKey, binding } of workerHosts) {
  const options = {
    servers,
    secretKey: hex(sha256('bench lattice')),
    hostKey: hex(hostKey),
    binding: hex(binding),
  };
  const worker = fork(join(import.meta.dirname, 'lattice-worker.mjs'), [JSON.stringify(options)]);
  workers.push(worker);
  worker.on('message', message => {
    if ('partitions' in message) held.set(worker, message.partitions);
  });
}
while ([...held.values()].reduce((sum, one) => sum + one, 0) < PARTITIONS)
  await new Promise(resolve => setTimeout(resolve, 50));

const limits = { particlesPerInitPeer: 1e6, particles: 1e6, knownPerInitPeer: 1e6, known: 1e6 };
const author = createPeer({ secretKey: client, link: natsLink(clientHost), limits });
await author.start();
const to = peer.peerId;
const script = `
  (seq (call "${to}" ("authSrv" "get_status") [] status)
  (seq (call "${to}" ("blogSrv" "add_post") ["hello" status.$.is_admin] number)
       (call %init_peer_id% ("callbackSrv" "response") [number])))`;

async function cpuNow() {
  const ofWorkers = await Promise.all(
    workers.map(
      worker =>
        new Promise(resolve => {
          const listener = message => {
            if (!('cpuMs' in message)) return;
            worker.off('message', listener);
            resolve(message.cpuMs);
          };
          worker.on('message', listener);
          worker.send('cpu');
        }),
    ),
  );
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  const { user, system } = process.cpuUsage();
  return {
    workers: ofWorkers.reduce((sum, ms) => sum + ms, 0),
    server: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
    client: (user + system) / 1000,
  };
}

let done = 0;
const state = { isOver: false };
const latencies = [];
const players = Array.from({ length: inFlight }, async () => {
  while (!state.isOver) {
    const begun = performance.now();
    await author.run(script, { ttlMs: 60_000 }).done;
    latencies.push(performance.now() - begun);
    done += 1;
  }
});
await new Promise(resolve => setTimeout(resolve, WARM_MS));
const [before, doneBefore, begun] = [await cpuNow(), done, performance.now()];
latencies.length = 0;
await new Promise(resolve => setTimeout(resolve, seconds * 1000));
const [after, particles, tookMs] = [await cpuNow(), done - doneBefore, performance.now() - begun];
state.isOver = true;
const sorted = latencies.toSorted((a, b) => a - b);
const at = part => sorted[Math.floor((sorted.length - 1) * part)].toFixed(1);
const cpu = name => ((after[name] - before[name]) / particles).toFixed(2);
process.stdout.write(
  `${count} workers, ${inFlight} in flight: ${((1000 * particles) / tookMs).toFixed(0)} particles/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms; ` +
    `CPU ms per particle: workers ${cpu('workers')}, server ${cpu('server')}, client ${cpu('client')}\n`,
);
await Promise.race([Promise.all(players), new Promise(resolve => setTimeout(resolve, 3000))]);
process.exit();
