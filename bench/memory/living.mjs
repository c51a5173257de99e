// So many particles of 1 kB live on one peer at once, started by 100 init peers. Prints what they hold, as JSON.
// node living.mjs <count> <work | rest>: they wait for the next peer, which does not answer, or have nothing left to do.
import { createPeer, signParticle, VirtualClock } from 'beryl/peer';
import { sha256, signerOf } from 'beryl/interpreter';
import { heldMb } from './held.mjs';

const COUNT = Number(process.argv[2]);
const isAtWork = process.argv[3] === 'work';
const INITS = 100;
const limits = { particlesPerInitPeer: COUNT, particles: COUNT, knownPerInitPeer: COUNT, known: COUNT };

const inits = Array.from({ length: INITS }, (_, i) => signerOf(sha256(`init ${i}`)));
const filler = 'x'.repeat(700);
let receive;
const transport = {
  start: given => void (receive = given),
  send: () => (isAtWork ? new Promise(() => undefined) : Promise.resolve({ ok: true })),
  stop: () => undefined,
};
/** Stands still: no particle's life ends, and nothing is sent again. */
const clock = new VirtualClock(1_700_000_000_000);
const target = createPeer({ secretKey: sha256('target'), transport, clock, limits });
await target.start();

async function live(i) {
  const init = inits[i % INITS];
  const script = `(seq (call "${target.peerId}" ("op" "noop") []) (call "${init.peerId}" ("s" "f") ["${filler} ${i}"]))`;
  const header = { id: `p${i}`, timestamp: clock.now(), ttl: 3_600_000, script };
  const { status } = await receive(signParticle(init, header), init.peerId);
  if (status !== 'accepted') throw new Error(`particle ${i} is ${status}`);
}

const before = heldMb();
for (let i = 0; i < COUNT; i += INITS) {
  await Promise.all(inits.map((_, n) => live(i + n)));
}
while (target.atWork > (isAtWork ? COUNT : 0)) await new Promise(setImmediate);
for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
const heldBy = heldMb() - before;
const { size, atWork } = target;
if (size !== COUNT || atWork !== (isAtWork ? COUNT : 0)) throw new Error(`${size} live, ${atWork} at work`);
process.stdout.write(
  JSON.stringify({ count: COUNT, heldMb: heldBy, bytesEach: (heldBy * 1e6) / COUNT }),
  () => process.exit(),
);
