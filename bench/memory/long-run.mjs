// A peer runs many small particles, one after the other, each to the end of its life. Prints what the process holds early and late.
import { createSimulation } from 'beryl/peer';
import { sha256 } from 'beryl/interpreter';
import { heldMb } from './held.mjs';

const [EARLY, LATE] = process.argv.slice(2).map(Number);
const AT_ONCE = 200;

const simulation = createSimulation({ seed: 1, startMs: 1_700_000_000_000 });
const peer = simulation.addPeer({ secretKey: sha256('peer'), services: [] });

async function runUntil(count, from) {
  for (let i = from; i < count; i += AT_ONCE) {
    const runs = Array.from({ length: AT_ONCE }, (_, n) =>
      peer.run(`(call %init_peer_id% ("callbackSrv" "response") [${i + n}])`, { ttlMs: 1000 }),
    );
    const done = Promise.all(runs.map(run => run.done));
    await simulation.settle();
    await simulation.runToEnd();
    await done;
  }
}

await runUntil(EARLY, 0);
const early = heldMb();
await runUntil(LATE, EARLY);
process.stdout.write(
  JSON.stringify({ early: EARLY, late: LATE, earlyMb: early, lateMb: heldMb(), living: peer.size }),
);
