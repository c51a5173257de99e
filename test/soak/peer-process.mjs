// One peer as a process of its own, on SQLite: node peer-process.mjs <name> <store file> <effects file> <secret key, hex>
// Talks to its parent, which carries particles between processes and may kill it at any time.
import { createPeer, sqliteStore } from 'beryl/peer';
import { startService } from 'beryl/services';
import { workOf } from './work.mjs';

const [name, storeFile, effectsFile, secretKey] = process.argv.slice(2);
const waiting = new Map();
let sent = 0;

const transport = {
  start(receive) {
    process.on('message', async ({ kind, id, from, particle, report }) => {
      if (kind === 'particle') process.send({ kind: 'receipt', id, receipt: await receive(particle, from) });
      if (kind === 'report') {
        waiting.get(id)?.(report);
        waiting.delete(id);
      }
    });
  },
  send: (to, particle) =>
    new Promise(resolve => {
      waiting.set(++sent, resolve);
      process.send({ kind: 'send', id: sent, to, particle });
    }),
  stop() {},
};

const peer = createPeer({
  secretKey: Uint8Array.from(Buffer.from(secretKey, 'hex')),
  transport,
  services: [startService(workOf(effectsFile))],
  store: sqliteStore(storeFile),
  observer: {
    refused: ({ stage, code, message }) => process.send({ kind: 'refused', stage, code, message }),
  },
});
process.on('unhandledRejection', failure => {
  process.send({ kind: 'unhandled', failure: String(failure) });
});
await peer.start();
process.send({ kind: 'ready', name });
