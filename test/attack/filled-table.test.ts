// Goal:    to fill the memory of a peer, or have it vouch for what a stranger says, or for a peer that it denies, through its table of peers.
// Means:   kad-dht's own messages of a connected stranger: records, and a flood of names of peers that do not exist.
// Refused: by `peer/transports/kad-table.ts` (no records; only peers that it has reached) and `peer-book.ts` (bounded).
import { kadDHT, type KadDHT } from '@libp2p/kad-dht';
import { afterEach, expect, it } from 'vitest';
import { concat, toBase58, utf8 } from '../../base/bytes.ts';
import { createPeer, DenyList, libp2pLink, type Peer } from '../../peer/index.ts';
import { sha256 } from '../../interpreter/index.ts';
import { loadLibp2p } from '../../peer/transports/libp2p-packages.ts';
import { idOf, seedOf, withIds } from '../support/cast.ts';
import { until } from '../support/daemons.ts';

const PROTOCOL = '/beryl/kad/1';
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A stranger with libp2p as it is published. */
async function stranger(services: { kad?: ReturnType<typeof kadDHT> } = {}, name = 'mallory') {
  const { core, tcp, noise, yamux, identify, ping, keys } = await loadLibp2p();
  const node = await core.createLibp2p({
    privateKey: await keys.generateKeyPairFromSeed('Ed25519', seedOf(name)),
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp.tcp()],
    connectionEncrypters: [noise.noise()],
    streamMuxers: [yamux.yamux()],
    services: { identify: identify.identify(), ping: ping.ping(), ...services },
  });
  ends.push(() => node.stop());
  return node;
}
const table = kadDHT({ protocol: PROTOCOL, clientMode: false, peerInfoMapper: info => info });

async function connect(node: Awaited<ReturnType<typeof stranger>>, address: string): Promise<void> {
  const { multiaddr } = await loadLibp2p();
  await node.dial(multiaddr.multiaddr(address));
}

async function bob(denied = new DenyList()): Promise<{ peer: Peer; address: string }> {
  const link = libp2pLink({ secretKey: seedOf('bob'), listen: ['/ip4/127.0.0.1/tcp/0'], kad: true });
  const peer = createPeer({ secretKey: seedOf('bob'), link, denied });
  await peer.start();
  ends.push(() => peer.stop({ graceMs: 0 }));
  return { peer, address: link.addresses()[0] as string };
}

const neighborhood = (peer: Peer): Promise<string[]> =>
  peer.run(
    withIds(
      `(seq (call "bob" ("kad" "neighborhood") ["${idOf('bob')}"] x) (call %init_peer_id% ("callbackSrv" "response") [x]))`,
    ),
    { ttlMs: 15_000 },
  ).done as Promise<string[]>;
const isInTable = (peer: Peer) => async () => (await neighborhood(peer)).includes(idOf('mallory'));

it('the honest twin: a stranger that takes part is in the table', async () => {
  const { peer, address } = await bob();
  await connect(await stranger({ kad: table }), address);
  await until(isInTable(peer), 'that it comes into the table');
});

it('stores no record of a stranger, though others would', async () => {
  const { keys } = await loadLibp2p();
  const { address } = await bob();
  const node = await stranger({ kad: table });
  await connect(node, address);
  const kad = node.services['kad'] as KadDHT & { readonly routingTable: { readonly size: number } };
  await until(() => kad.routingTable.size > 0, 'that bob comes into the table of the stranger');
  // A valid one: what is refused is not its form.
  const { publicKey } = await keys.generateKeyPairFromSeed('Ed25519', seedOf('carol'));
  const key = concat(utf8('/pk/'), publicKey.toMultihash().bytes);
  const ends: string[] = [];
  const signal = AbortSignal.timeout(20_000);
  for await (const event of kad.put(key, keys.publicKeyToProtobuf(publicKey), { signal })) {
    if (event.name === 'PEER_RESPONSE' && event.messageName === 'PUT_VALUE') ends.push('stored');
    if (event.name === 'QUERY_ERROR') ends.push('refused');
  }
  expect(ends).toEqual(['refused']);
});

it('names no peer that a stranger has only named, whatever number of them', async () => {
  const { peer, address } = await bob();
  const node = await stranger();
  // Answers each message with the names of a thousand peers.
  await node.handle(PROTOCOL, stream => {
    stream.addEventListener('message', () => void stream.send(answerNaming(1000)));
  });
  await connect(node, address);
  await until(isInTable(peer), 'that it comes into the table');
  expect(await neighborhood(peer)).toEqual([idOf('mallory')]);
  expect(toBase58(peerIdBytes(1))).toMatch(/^12D3KooW/);
});

type Question = (kad: KadDHT, options: { signal: AbortSignal }) => ReturnType<KadDHT['getClosestPeers']>;
const closestTo: Question = (kad, options) => kad.getClosestPeers(utf8('somewhere'), options);
const recordAt: Question = (kad, options) => kad.get(utf8('/x/somewhere'), options);

/** Ids that bob names to somebody who asks him. */
async function namedTo(name: string, address: string, ask = closestTo): Promise<string[]> {
  const node = await stranger({ kad: table }, name);
  await connect(node, address);
  const kad = node.services['kad'] as KadDHT & { readonly routingTable: { readonly size: number } };
  await until(() => kad.routingTable.size > 0, 'that bob comes into the table of the asker');
  const named: string[] = [];
  for await (const event of ask(kad, { signal: AbortSignal.timeout(20_000) }))
    if (event.name === 'PEER_RESPONSE' && String(event.from) === idOf('bob'))
      named.push(...event.closer.map(({ id }) => String(id)));
  return named;
}

it('does not name a peer that it denies to others', async () => {
  const denied = new DenyList();
  const { peer, address } = await bob(denied);
  await connect(await stranger({ kad: table }), address);
  await until(isInTable(peer), 'that it comes into the table');
  expect(await namedTo('carol', address)).toContain(idOf('mallory'));
  denied.set('test', [{ peerId: idOf('mallory'), role: 'host' }]);
  expect(await namedTo('dave', address)).not.toContain(idOf('mallory'));
});

it('does not name a peer that it denies to somebody who asks for a record', async () => {
  const denied = new DenyList();
  const { peer, address } = await bob(denied);
  await connect(await stranger({ kad: table }), address);
  await until(isInTable(peer), 'that it comes into the table');
  expect(await namedTo('carol', address, recordAt)).toContain(idOf('mallory'));
  denied.set('test', [{ peerId: idOf('mallory'), role: 'host' }]);
  expect(await namedTo('dave', address, recordAt)).not.toContain(idOf('mallory'));
});

/** Of a key that nobody has. */
const peerIdBytes = (number: number): Uint8Array =>
  concat(Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20), sha256(`nobody ${number}`));

/** A field of protobuf with bytes inside. */
const field = (number: number, content: Uint8Array): Uint8Array =>
  concat(Uint8Array.of((number << 3) | 2), varint(content.length), content);

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return Uint8Array.from([...bytes, value]);
}

/** FIND_NODE with closer peers, as kad-dht writes it. */
function answerNaming(count: number): Uint8Array {
  const nowhere = Uint8Array.of(0x04, 127, 0, 0, 1, 0x06, 0, 1);
  const peers = Array.from({ length: count }, (_, i) =>
    field(8, concat(field(1, peerIdBytes(i)), field(2, nowhere))),
  );
  const message = concat(Uint8Array.of(0x08, 0x04), ...peers);
  return concat(varint(message.length), message);
}
