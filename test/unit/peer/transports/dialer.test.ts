import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../../peer/index.ts';
import { Dialer } from '../../../../peer/transports/dialer.ts';

/** Lets promises settle. */
const settled = (): Promise<void> => new Promise(resolve => void setImmediate(resolve));

const addressOf = (peerId: string): string => `/ip4/127.0.0.1/tcp/1/p2p/${peerId}`;

/** A network in which only those in `there` can be reached. */
function scene({ peers = ['bob'], keep = [] as string[] } = {}) {
  const clock = new VirtualClock(0);
  const there = new Set<string>();
  const connected = new Set<string>();
  const dialled: { peerId: string; atMs: number }[] = [];
  const dialer = new Dialer({
    clock,
    peers: peers.map(peerId => [peerId, addressOf(peerId)] as const),
    relays: [],
    keep,
    dial: async ([address = '']) => {
      const peerId = address.slice(address.lastIndexOf('/') + 1);
      dialled.push({ peerId, atMs: clock.now() });
      if (!there.has(peerId)) throw new Error('refused');
      connected.add(peerId);
      dialer.connected(peerId);
    },
    isConnected: peerId => connected.has(peerId),
  });
  const passUntil = async (ms: number): Promise<void> => {
    for (await settled(); (clock.nextDue ?? Infinity) <= ms; await settled()) clock.advance();
    clock.after(ms - clock.now(), () => undefined);
    clock.advance();
    await settled();
  };
  return { clock, there, connected, dialled, dialer, passUntil };
}

describe('a dialer that starts', () => {
  it('calls each peer with an address once, a few at a time', async () => {
    const peers = Array.from({ length: 40 }, (_, i) => `peer${i}`);
    const { dialled, dialer, passUntil } = scene({ peers });
    dialer.start();
    expect(dialled).toHaveLength(8);
    await passUntil(600_000);
    expect(dialled.map(({ peerId }) => peerId)).toEqual(peers);
  });

  it('calls nobody who is connected already, and nobody once it is stopped', async () => {
    const peers = Array.from({ length: 40 }, (_, i) => `peer${i}`);
    const { dialled, dialer, connected, passUntil } = scene({ peers });
    connected.add('peer3');
    dialer.start();
    dialer.stop();
    await passUntil(600_000);
    expect(dialled.length).toBeLessThanOrEqual(8);
    expect(dialled.map(({ peerId }) => peerId)).not.toContain('peer3');
  });

  it('tries those to stay connected to until they are there', async () => {
    const { dialled, dialer, there, connected, passUntil } = scene({ keep: ['bob'] });
    dialer.start();
    await passUntil(600_000);
    const waits = dialled.slice(1).map(({ atMs }, i) => atMs - (dialled[i]?.atMs as number));
    expect(waits.slice(0, 9)).toEqual([200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000]);
    there.add('bob');
    await passUntil(640_000);
    expect([...connected]).toEqual(['bob']);
  });
});

describe('a peer that was asked for and is away', () => {
  it('is connected to within 30 s of its return, without being asked for again', async () => {
    const { dialer, there, connected, passUntil } = scene();
    await expect(dialer.reach('bob')).rejects.toThrow('refused');
    await passUntil(80_000);
    there.add('bob');
    await passUntil(110_000);
    expect([...connected]).toEqual(['bob']);
  });

  it('is given up two minutes after it was last asked for', async () => {
    const { clock, dialer, dialled, passUntil } = scene();
    await expect(dialer.reach('bob')).rejects.toThrow('refused');
    await passUntil(100_000);
    await expect(dialer.reach('bob')).rejects.toThrow('refused');
    await passUntil(3_600_000);
    expect(dialled.at(-1)?.atMs).toBeGreaterThan(190_000);
    expect(dialled.at(-1)?.atMs).toBeLessThan(250_000);
    expect(clock.nextDue).toBeUndefined();
  });

  it('is not tried again without an address: a script may name anybody', async () => {
    const { clock, dialer } = scene({ peers: [] });
    for (let i = 0; i < 1000; i++) await expect(dialer.reach(`peer${i}`)).rejects.toThrow('no address');
    expect(clock.nextDue).toBeUndefined();
  });
});
