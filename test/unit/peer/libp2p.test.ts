import { afterEach, describe, expect, it } from 'vitest';
import {
  createPeer,
  DenyList,
  libp2pLink,
  type Libp2pLink,
  type Libp2pOptions,
  type Peer,
} from '../../../peer/index.ts';
import { peerIdOfAddress } from '../../../peer/transports/libp2p.ts';
import { idOf, seedOf, withIds } from '../../support/cast.ts';

const peers: Peer[] = [];
afterEach(async () => {
  for (const peer of peers.splice(0)) await peer.stop({ graceMs: 0 });
});

async function host(name: string, options: Partial<Libp2pOptions> = {}, denied = new DenyList()) {
  const secretKey = seedOf(name);
  const link = libp2pLink({ secretKey, bounds: { answerWaitMs: 5000 }, ...options });
  const peer = createPeer({ secretKey, link, denied });
  await peer.start();
  peers.push(peer);
  return { peer, link };
}

const LISTEN = { listen: ['/ip4/127.0.0.1/tcp/0'] };
const whole = (link: Libp2pLink): string => link.addresses()[0] as string;
const ask = (from: Peer, to: string, ttlMs = 15_000) =>
  from.run(
    withIds(
      `(seq (call "${to}" ("op" "concat_strings") ["a" "b"] x) (call %init_peer_id% ("callbackSrv" "response") [x]))`,
    ),
    { ttlMs },
  ).done;
async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !isSo();) {
    if (Date.now() > end) throw new Error('it never happened');
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await isSo());) {
    if (Date.now() > end) throw new Error('it never happened');
    await new Promise(resolve => setTimeout(resolve, 100));
  }
}

describe('libp2pLink', () => {
  it('has one identity for connections and records', async () => {
    const bob = await host('bob', LISTEN);
    expect(bob.link.peerId).toBe(idOf('bob'));
    expect(peerIdOfAddress(whole(bob.link))).toBe(idOf('bob'));
  });

  it('a peer that listens nowhere runs scripts on a peer that it knows, and gets its answers', async () => {
    const bob = await host('bob', LISTEN);
    const alice = await host('alice', { peers: [whole(bob.link)] });
    expect(await ask(alice.peer, 'bob')).toBe('ab');
  });

  it('`kad.neighborhood` answers from its configuration and its connections', async () => {
    const bob = await host('bob', LISTEN);
    const alice = await host('alice', { peers: [whole(bob.link)] });
    const script = `(seq (call "bob" ("kad" "neighborhood") ["${idOf('carol')}"] x) (call %init_peer_id% ("callbackSrv" "response") [x]))`;
    const near = (await alice.peer.run(withIds(script), { ttlMs: 15_000 }).done) as string[];
    // Bob knows alice since she is connected.
    expect(near).toContain(idOf('alice'));
    expect(alice.link.contacts?.list()).toEqual([{ peerId: idOf('bob'), addresses: [whole(bob.link)] }]);
    expect(await alice.link.contacts?.connect?.({ peerId: idOf('dave'), addresses: [] })).toBe(false);
  });

  it('peers that know one address find each other: `kad.neighborhood`, and scripts that name them', async () => {
    const carol = await host('carol', { ...LISTEN, kad: true });
    const knows = { ...LISTEN, kad: true, peers: [whole(carol.link)], keep: [idOf('carol')] };
    const [alice, bob] = [await host('alice', knows), await host('bob', knows)];
    await until(() => carol.link.connected().length === 2);
    const script = `(seq (call "alice" ("kad" "neighborhood") ["${idOf('bob')}"] x) (call %init_peer_id% ("callbackSrv" "response") [x]))`;
    const near = () => alice.peer.run(withIds(script), { ttlMs: 15_000 }).done as Promise<string[]>;
    await eventually(async () => (await near()).length === 2);
    expect(await near()).toEqual([idOf('bob'), idOf('carol')]);
    expect(await ask(bob.peer, 'alice')).toBe('ab');
    const stranger = await host('dave', { kad: true, peers: [whole(carol.link)], keep: [idOf('carol')] });
    await until(() => stranger.link.connected().length > 0);
    expect(await ask(stranger.peer, 'bob')).toBe('ab');
  });

  it('without `kad` a peer learns nothing but whom it is connected to', async () => {
    const carol = await host('carol', LISTEN);
    const knows = { ...LISTEN, peers: [whole(carol.link)], keep: [idOf('carol')] };
    const [alice] = [await host('alice', knows), await host('bob', knows)];
    await until(() => carol.link.connected().length === 2);
    expect(await alice.link.contacts?.near?.(new Uint8Array(38))).toEqual([]);
  });

  it('peers that cannot be dialled reach each other through a relay', async () => {
    const relay = await host('carol', { ...LISTEN, isRelay: true });
    const relays = [whole(relay.link)];
    const bob = await host('bob', { relays, keep: [idOf('carol')] });
    await until(() => bob.link.addresses().some(address => address.includes('/p2p-circuit')));
    const alice = await host('alice', { relays });
    expect(await ask(alice.peer, 'bob')).toBe('ab');
  });

  it('stays connected to whom it should: after a restart of the other, too', async () => {
    const events: string[] = [];
    const bob = await host('bob', LISTEN);
    const [port] = /(?<=tcp\/)\d+/.exec(whole(bob.link)) ?? [];
    const onConnection = (_: string, isConnected: boolean): void =>
      void events.push(isConnected ? 'on' : 'off');
    await host('alice', { peers: [whole(bob.link)], keep: [idOf('bob')], onConnection });
    await until(() => events.length === 1);
    await bob.peer.stop({ graceMs: 0 });
    await until(() => events.length === 2);
    await host('bob', { listen: [`/ip4/127.0.0.1/tcp/${port}`] });
    await until(() => events.length === 3);
    expect(events).toEqual(['on', 'off', 'on']);
  });

  it('reports each connection, whichever side has made it, so that waiting particles are sent again', async () => {
    const reached: string[] = [];
    const link = libp2pLink({ secretKey: seedOf('bob'), ...LISTEN });
    await link.start({
      peerId: idOf('bob'),
      answer: () => Promise.resolve(new Uint8Array()),
      isDenied: () => false,
      reached: peerId => void reached.push(peerId),
    });
    for (const count of [1, 2]) {
      const alice = await host('alice', { peers: [whole(link)], keep: [idOf('bob')] });
      await until(() => reached.length === count);
      await alice.peer.stop({ graceMs: 0 });
      await until(() => link.connected().length === 0);
    }
    await link.stop();
    expect(reached).toEqual([idOf('alice'), idOf('alice')]);
  });

  it('a peer that is denied loses its connection at once, and gets no other', async () => {
    const denied = new DenyList();
    const bob = await host('bob', LISTEN, denied);
    const other = await host('mallory', { peers: [whole(bob.link)] });
    expect(await ask(other.peer, 'bob')).toBe('ab');
    denied.set('operator', [{ peerId: idOf('mallory'), role: 'host' }]);
    await until(() => bob.link.connected().length === 0);
    await expect(ask(other.peer, 'bob', 2000)).rejects.toThrow();
    expect(bob.link.connected()).toEqual([]);
    // The same peer is served when it is allowed again.
    denied.set('operator', []);
    expect(await ask(other.peer, 'bob')).toBe('ab');
  });

  it('an address with another peer’s id is refused', async () => {
    const bob = await host('bob', LISTEN);
    const wrong = whole(bob.link).replace(idOf('bob'), idOf('carol'));
    const alice = await host('alice', { peers: [wrong] });
    await expect(ask(alice.peer, 'carol', 2000)).rejects.toThrow();
  });

  it('a port that is taken is an error that says so', async () => {
    const bob = await host('bob', LISTEN);
    const [port] = /(?<=tcp\/)\d+/.exec(whole(bob.link)) ?? [];
    await expect(host('alice', { listen: [`/ip4/127.0.0.1/tcp/${port}`] })).rejects.toMatchObject({
      code: 'ERR_LINK_LISTEN',
    });
  });

  it('refuses the key of another peer, addresses without a peer, and misspelt options', async () => {
    const link = libp2pLink({ secretKey: seedOf('alice') });
    const peer = createPeer({ secretKey: seedOf('bob'), link });
    await expect(peer.start()).rejects.toMatchObject({ code: 'ERR_LINK_PEER' });
    await expect(host('alice', { peers: ['/ip4/127.0.0.1/tcp/1'] })).rejects.toMatchObject({
      code: 'ERR_LINK_ADDRESS',
    });
    expect(() => libp2pLink({ secretKey: seedOf('alice'), listn: [] } as never)).toThrow(
      /did you mean `listen`/,
    );
  });
});
