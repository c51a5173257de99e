// One worker of the peer of lattice.mjs: node lattice-worker.mjs <options as JSON>
import { signerOf } from 'beryl/interpreter';
import { startWorker } from 'beryl/peer';
import { defineService, expectOrigin, startService } from 'beryl/services';
import { z } from 'zod';

const { servers, secretKey, hostKey, binding } = JSON.parse(process.argv[2]);
const bytes = text => Uint8Array.from(Buffer.from(text, 'hex'));
const signer = signerOf(bytes(secretKey));

/** Auth and Blog of the main job; the posts would be in a database, under their idempotency keys. */
const authSrv = defineService({
  id: 'authSrv',
  state: 'external',
  functions: { get_status: { arguments: {}, guards: {}, handler: () => ({ is_admin: true }) } },
});
const blogSrv = defineService({
  id: 'blogSrv',
  state: 'external',
  functions: {
    add_post: {
      arguments: { text: z.string(), is_admin: z.json() },
      guards: { is_admin: expectOrigin(signer.peerId, 'authSrv', 'get_status', '.$.is_admin') },
      handler: (_, call) => call.idempotencyKey.length,
    },
  },
});
/** A client of this bench is one init peer with many particles; a worker has some of its partitions. */
const many = Object.fromEntries(
  ['particlesPerInitPeer', 'particles', 'knownPerInitPeer', 'known'].map(name => [name, 1_000_000]),
);

const worker = await startWorker({
  secretKey: signer,
  nats: { servers, hostKey: bytes(hostKey), binding: bytes(binding) },
  services: [startService(authSrv), startService(blogSrv)],
  limits: many,
  onPartitions: partitions => process.send({ partitions: partitions.length }),
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpuMs: (user + system) / 1000 });
});
process.on('disconnect', () => void worker.stop({ graceMs: 0 }).then(() => process.exit()));
