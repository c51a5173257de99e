// So many particles of 1 kB live on one peer at once, started by 100 init peers. Prints what they hold, as JSON.
import { createSimulation } from 'beryl/peer';
import { sha256, signerOf } from 'beryl/interpreter';
import { heldMb } from './held.mjs';

const COUNT = Number(process.argv[2]);
const INITS = 100;
const limits = { particlesPerInitiator: COUNT, particles: COUNT + INITS };

const simulation = createSimulation({ seed: 1, startMs: 1_700_000_000_000 });
const target = simulation.addPeer({ secretKey: sha256('target'), services: [], limits });
const inits = Array.from({ length: INITS }, (_, i) => signerOf(sha256(`init ${i}`)));
const filler = 'x'.repeat(700);

// The init peers are not in the measured process's way: each signs its particle, and the target is sent a copy.
const { signParticle } = await import('beryl/peer');
const transports = inits.map(({ peerId }) => simulation.network.join(peerId));
const before = heldMb();
for (let i = 0; i < COUNT; i++) {
  const n = i % INITS;
  const script = `(seq (call "${target.peerId}" ("op" "noop") []) (call "${inits[n].peerId}" ("s" "f") ["${filler} ${i}"]))`;
  const header = { id: `p${i}`, timestamp: simulation.clock.now(), ttl: 3_600_000, script };
  await transports[n].send(target.peerId, signParticle(inits[n], header));
  if (i % 1000 === 999) await simulation.settle();
}
await simulation.settle();
const heldBy = heldMb() - before;
if (target.size !== COUNT) throw new Error(`${target.size} particles live, not ${COUNT}`);
process.stdout.write(JSON.stringify({ count: COUNT, heldMb: heldBy, bytesEach: (heldBy * 1e6) / COUNT }));
