import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPeer, natsLink, startWorker, type Peer, type Worker } from '../../../../peer/index.ts';
import { defineService, startService } from '../../../../services/index.ts';
import { signerOf } from '../../../../interpreter/index.ts';
import { shareOf } from '../../../../peer/lattice/worker.ts';
import { PARTITIONS } from '../../../../peer/transports/nats/subjects.ts';
import { idOf, seedOf, signer, withIds } from '../../../support/cast.ts';
import { until } from '../../../support/daemons.ts';
import { NatsServer, noNats } from '../../../support/nats.ts';

const SCRIPT = withIds(`(seq
  (call "alice" ("work" "do") [] x)
  (call %init_peer_id% ("callbackSrv" "response") [x]))`);

/** Effects by idempotency key: what a system outside of the workers would have. */
const effects = new Map<string, number>();
const work = (waitMs = 0) =>
  defineService({
    id: 'work',
    state: 'external',
    functions: {
      do: {
        arguments: {},
        guards: {},
        async handler(_, call) {
          effects.set(call.idempotencyKey, (effects.get(call.idempotencyKey) ?? 0) + 1);
          if (waitMs > 0) await new Promise(resolve => setTimeout(resolve, waitMs));
          return 'done';
        },
      },
    },
  });

it('each partition has its share of the limits, and never more than the whole', () => {
  expect(shareOf({ particles: 640, waiting: 3 })).toMatchObject({ particles: 40, waiting: 1, idLength: 256 });
});

describe.skipIf(noNats !== undefined)(`workers of one peer (${noNats ?? 'real server'})`, () => {
  let server: NatsServer;
  const workers: Worker[] = [];
  const peers: Peer[] = [];
  beforeAll(async () => {
    server = await NatsServer.start({ alice: ['w1', 'w2', 'w3'], bob: ['bob'] });
  }, 60_000);
  afterEach(async () => {
    for (const peer of peers.splice(0)) await peer.stop({ graceMs: 0 });
    for (const worker of workers.splice(0)) await worker.stop({ graceMs: 0 });
  }, 60_000);
  afterAll(() => server.end());

  async function worker(host: string, waitMs = 0): Promise<Worker> {
    const started = await startWorker({
      secretKey: signerOf(seedOf('alice')),
      nats: await server.host('alice', host),
      services: [startService(work(waitMs))],
    });
    workers.push(started);
    return started;
  }
  async function bob(): Promise<Peer> {
    const peer = createPeer({ secretKey: seedOf('bob'), link: natsLink(await server.host('bob')) });
    peers.push(peer);
    await peer.start();
    return peer;
  }
  const holdsAll = (): Promise<void> =>
    until(() => workers.flatMap(({ partitions }) => partitions).length === PARTITIONS, 'that all is taken');

  it('one worker takes all partitions and serves', async () => {
    const one = await worker('w1');
    await holdsAll();
    expect(one.peerId).toBe(idOf('alice'));
    const client = await bob();
    const runs = Array.from({ length: 50 }, () => client.run(SCRIPT, { ttlMs: 60_000 }).done);
    expect(await Promise.all(runs)).toEqual(runs.map(() => 'done'));
    expect(one.size).toBe(50);
  }, 120_000);

  it('two share them; one that goes gives its part to the other, and nothing is lost', async () => {
    const [one, two] = [await worker('w1'), await worker('w2')];
    await until(() => one.partitions.length > 10 && two.partitions.length > 10, 'that both have some');
    await holdsAll();
    const client = await bob();
    const runs = Array.from(
      { length: 100 },
      () => client.run(SCRIPT, { ttlMs: 100_000, isPatient: true }).done,
    );
    await two.stop({ graceMs: 1000 });
    await until(() => one.partitions.length === PARTITIONS, 'that the first has all');
    expect(await Promise.all(runs)).toEqual(runs.map(() => 'done'));
  }, 120_000);

  it('refuses services that keep their state in the process', async () => {
    const kept = defineService({ id: 'kept', state: { n: 0 }, functions: {} });
    const starting = startWorker({
      secretKey: signer('alice'),
      nats: await server.host('alice', 'w1'),
      services: [startService(kept)],
    });
    await expect(starting).rejects.toMatchObject({ code: 'ERR_LATTICE_STATE' });
  });

  it('refuses a host of another peer', async () => {
    const starting = startWorker({ secretKey: signer('bob'), nats: await server.host('alice', 'w1') });
    await expect(starting).rejects.toMatchObject({ code: 'ERR_LINK_PEER' });
  });
});
