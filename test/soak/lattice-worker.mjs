// One worker of a peer, as a process of its own: node lattice-worker.mjs <options as JSON>
// Writes its partitions to its parent, and each effect to a file, as a system outside of the workers would keep it.
import { appendFileSync } from 'node:fs';
import { signerOf } from 'beryl/interpreter';
import { startWorker } from 'beryl/peer';
import { defineService, startService } from 'beryl/services';
import { z } from 'zod';

const { servers, secretKey, hostKey, binding, effects } = JSON.parse(process.argv[2]);
const bytes = text => Uint8Array.from(Buffer.from(text, 'hex'));

const work = defineService({
  id: 'work',
  state: 'external',
  functions: {
    do: {
      arguments: { n: z.int(), step: z.int() },
      guards: {},
      async handler({ n, step }, call) {
        appendFileSync(effects, `${n}.${step} ${call.idempotencyKey}\n`);
        // Time to be killed between the effect and the answer.
        await new Promise(resolve => setTimeout(resolve, Math.random() * 20));
        return n + step;
      },
    },
  },
});

const worker = await startWorker({
  secretKey: signerOf(bytes(secretKey)),
  nats: { servers, hostKey: bytes(hostKey), binding: bytes(binding) },
  services: [startService(work)],
  onPartitions: partitions => process.send?.({ partitions }),
  observer: { refused: ({ stage, code, message }) => process.send?.({ refused: { stage, code, message } }) },
  ...(process.env.BERYL_SHOW && { logger: { warn: (text, fields) => console.error(text, fields) } }),
});
// Also without a change: a worker that was frozen must say again what it has.
setInterval(() => process.send?.({ partitions: worker.partitions }), 200).unref();
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => void worker.stop().then(() => process.exit()));
