// A host of the main job as a process of its own: Auth and Blog, libp2p, envelopes enforced, SQLite.
// node host.mjs <store file> <full | normal>; tells its parent its address, and its CPU time when asked.
import { createPeer, libp2pLink, sqliteStore } from 'beryl/peer';
import { auth, startService } from 'beryl/services';
import { sha256 } from 'beryl/interpreter';
import { AUTHOR, blogOf, LIMITS } from './main-job.mjs';

const [storeFile, synchronous] = process.argv.slice(2);
const secretKey = sha256('bench host');
const link = libp2pLink({ secretKey, listen: ['/ip4/127.0.0.1/tcp/0'] });
const peer = createPeer({
  secretKey,
  link,
  services: [startService(auth({ admins: [AUTHOR] })), startService(blogOf(link.peerId))],
  limits: LIMITS,
  store: sqliteStore(storeFile, { synchronous }),
});
await peer.start();
process.on('message', () => process.send({ cpu: process.cpuUsage() }));
process.on('disconnect', () => process.exit());
process.send({ peerId: link.peerId, addresses: link.addresses() });
