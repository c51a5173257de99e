// Goal:    a stolen host keeps a share of a peer's partitions, so that their particles stand still.
// Means:   it says that it lives, as other workers do, after it was put on the deny list: no signer answers it any more.
// Refused: by `peer/lattice/worker.ts`: a denied host does not count as a worker, so the others take what it has.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DenyList, startWorker, type Worker } from '../../peer/index.ts';
import { signerOf } from '../../interpreter/index.ts';
import { PARTITIONS } from '../../peer/transports/nats/subjects.ts';
import { seedOf } from '../support/cast.ts';
import { until } from '../support/daemons.ts';
import { NatsServer, noNats } from '../support/nats.ts';

describe.skipIf(noNats !== undefined)(`a denied worker (${noNats ?? 'real server'})`, () => {
  let server: NatsServer;
  const workers: Worker[] = [];
  const denied = new DenyList();
  beforeAll(async () => {
    server = await NatsServer.start({ alice: ['w1', 'w2'] });
    for (const [name, list] of [
      ['w1', denied],
      ['w2', new DenyList()],
    ] as const)
      workers.push(
        await startWorker({
          secretKey: signerOf(seedOf('alice')),
          nats: await server.host('alice', name),
          denied: list,
        }),
      );
  });
  afterAll(async () => {
    for (const worker of workers) await worker.stop({ graceMs: 0 });
    await server?.end();
  });
  const share = (i: number): number => workers[i]?.partitions.length ?? 0;

  it('honest twin: two workers share the partitions', async () => {
    await until(
      () => share(0) > 0 && share(1) > 0 && share(0) + share(1) === PARTITIONS,
      'that both have a share',
    );
  }, 120_000);

  it('loses its share to the others, though it lives', async () => {
    denied.set('operator', [{ peerId: workers[1]?.host as string, role: 'host' }]);
    // The denied one does not know that it is, and takes some back for a moment: each of them comes to the first, not all at one moment.
    const taken = new Set<number>();
    await until(() => {
      for (const partition of workers[0]?.partitions ?? []) taken.add(partition);
      return taken.size === PARTITIONS;
    }, 'that the first has had all');
    expect(workers[0]?.others).toEqual([]);
    // It gets its share again when it is allowed again.
    denied.set('operator', []);
    await until(
      () => share(0) > 0 && share(1) > 0 && share(0) + share(1) === PARTITIONS,
      'that both have a share',
    );
  }, 240_000);
});
