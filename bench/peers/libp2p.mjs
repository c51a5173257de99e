// The main job between two processes over libp2p, client included: node libp2p.mjs <in flight> <full | quick>. Prints JSON.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPeer, libp2pLink } from 'beryl/peer';
import { underLoad } from './load.mjs';
import { AUTHOR_KEY, LIMITS, scriptOf } from './main-job.mjs';

const [inFlight, effort] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'beryl-libp2p-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const host = fork(join(import.meta.dirname, 'host.mjs'), [join(folder, 'host.sqlite'), 'full']);
const told = () => new Promise(resolve => host.once('message', resolve));
const { peerId, addresses } = await told();
async function hostCpu() {
  const answer = told();
  host.send('cpu');
  const { cpu } = await answer;
  return (cpu.user + cpu.system) / 1000;
}

const link = libp2pLink({ secretKey: AUTHOR_KEY, peers: addresses, keep: [peerId] });
const client = createPeer({ secretKey: AUTHOR_KEY, link, limits: LIMITS });
await client.start();
const script = scriptOf(peerId, peerId);
const result = await underLoad(() => client.run(script, { ttlMs: 60_000 }).done, Number(inFlight), effort, {
  host: hostCpu,
  client: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
});
process.stdout.write(JSON.stringify(result), () => process.exit());
