// The main job on three peers of `beryl/peer`, in one process, with the real clock.
import { createPeer, MemoryNetwork, seededRandom } from 'beryl/peer';
import { auth, startService } from 'beryl/services';
import { sha256, signerOf } from 'beryl/interpreter';
import { blogOf, LIMITS, scriptOf } from './main-job.mjs';

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

/**
 * @param storeOf   Of a peer by its name; left out: memory.
 * @param isOneHost Whether one peer has both services: two hops in place of three.
 */
export async function startNetwork(storeOf = () => undefined, isOneHost = false) {
  const network = new MemoryNetwork(clock, seededRandom(1));
  network.faults = { latencyMs: [0, 0] };
  const services = [startService(auth({ admins: [id('author')] })), startService(blogOf(id('auth')))];
  const hosts = isOneHost ? { auth: services } : { auth: services.slice(0, 1), blog: services.slice(1) };
  const peers = [];
  for (const [name, own] of Object.entries({ author: [], ...hosts })) {
    const secretKey = signers[name];
    const transport = network.join(secretKey.peerId);
    const store = storeOf(name);
    const more = { services: own, clock, limits: LIMITS, ...(store && { store }) };
    const peer = createPeer({ secretKey, transport, ...more });
    await peer.start();
    peers.push(peer);
  }
  const [author] = peers;
  const script = scriptOf(id('auth'), id(isOneHost ? 'auth' : 'blog'));
  return { run: () => author.run(script, { ttlMs: 60_000 }).done };
}
