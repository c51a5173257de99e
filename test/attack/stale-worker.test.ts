// Goal:    to make a peer sign two histories of one particle.
// Means:   a worker that has lost its partition and does not know: it was frozen, its clock is wrong, or its own beats still arrive.
// Refused: by `peer/lattice/partition-log.ts`: each write names the one that it follows, and the claim of the next worker takes that place.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signParticle } from '../../peer/index.ts';
import { PartitionLog } from '../../peer/lattice/partition-log.ts';
import { partitionStore } from '../../peer/lattice/partition-store.ts';
import { particleKey } from '../../peer/particle.ts';
import { connectBus, type Bus } from '../../peer/transports/nats/connection.ts';
import { idOf, signer } from '../support/cast.ts';
import { NatsServer, noNats } from '../support/nats.ts';

const ALICE = idOf('alice');
const particle = signParticle(signer('bob'), { id: 'p', timestamp: 1000, ttl: 7000, script: '(null)' });
const { id, initPeerId, timestamp, ttl, script, signature } = particle;
const key = particleKey(particle);
const write = (expected: number, byte: number) => ({
  particle: {
    key,
    expected,
    header: { id, initPeerId, timestamp, ttl, script, signature },
    data: Uint8Array.of(byte),
    sends: [],
    isAtRest: false,
    used: [],
  },
});

describe.skipIf(noNats !== undefined)(`a stale worker (${noNats ?? 'real server'})`, () => {
  let server: NatsServer;
  const buses: Bus[] = [];
  let partition = 0;
  beforeAll(async () => {
    server = await NatsServer.start({ alice: ['w1', 'w2'] });
    for (const host of ['w1', 'w2']) buses.push(await connectBus(ALICE, await server.host('alice', host)));
  });
  afterAll(async () => {
    for (const { connection } of buses) await connection.close();
    await server?.end();
  });

  /** Both workers on one new partition; the second opens it later. */
  function workers() {
    const at = partition++;
    const lost: string[] = [];
    const [old, next] = buses.map(bus =>
      partitionStore(new PartitionLog(bus, ALICE, at), ({ code }) => void lost.push(code)),
    ) as [ReturnType<typeof partitionStore>, ReturnType<typeof partitionStore>];
    return { old, next, lost };
  }

  it('honest twin: the next worker goes on where the last one was', async () => {
    const { old, next, lost } = workers();
    await old.open(ALICE);
    await old.commit(write(0, 1));
    await old.close();
    await next.open(ALICE);
    await next.commit(write(1, 2));
    expect((await next.load(key))?.data).toEqual(Uint8Array.of(2));
    expect(lost).toEqual([]);
  });

  it('writes nothing after another has claimed its partition, whether the particle is known or new', async () => {
    const { old, next, lost } = workers();
    await old.open(ALICE);
    await next.open(ALICE);
    await expect(old.commit(write(0, 1))).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
    expect(lost).toEqual(['ERR_STORE_CONFLICT']);
    await next.commit(write(0, 2));
    expect((await next.load(key))?.data).toEqual(Uint8Array.of(2));
  });

  it('of two workers that claim at the same time one can write', async () => {
    const { old, next } = workers();
    const opened = await Promise.allSettled([old.open(ALICE), next.open(ALICE)]);
    const ends = await Promise.allSettled([old, next].map((store, i) => store.commit(write(0, i))));
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(opened.some(({ status }) => status === 'fulfilled')).toBe(true);
  });

  it('cannot make a particle new again that the next one has ended and deleted', async () => {
    const { old, next } = workers();
    await old.open(ALICE);
    await old.commit(write(0, 1));
    await next.open(ALICE);
    await next.sweep(9000, 10);
    await next.close();
    await expect(old.commit(write(1, 3))).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
    const later = partitionStore(new PartitionLog(buses[0] as Bus, ALICE, partition - 1), () => undefined);
    await later.open(ALICE);
    expect(await later.ended()).toEqual({ own: 0, others: 8000 });
    expect(await later.load(key)).toBeUndefined();
  });
});
