import { describe, expect, it } from 'vitest';
import { fromBase58, toBase58 } from '../../../../base/bytes.ts';
import { sha256 } from '../../../../interpreter/index.ts';
import { builtins, type Contacts } from '../../../../services/index.ts';
import {
  ALICE,
  AUTH,
  BANK,
  BOB,
  CAROL,
  HOST,
  MALLORY,
  summary,
  textOf,
  valueOf,
  VirtualClock,
  world,
} from '../harness.ts';

const connected = new Set([BOB]);
const contacts: Contacts = {
  list: () =>
    [ALICE, BOB, CAROL, MALLORY, AUTH].map(peerId => ({ peerId, addresses: [`/memory/${peerId}`] })),
  isConnected: peerId => connected.has(peerId),
  connect: async ({ peerId, addresses }) => {
    if (addresses.length > 0) connected.add(peerId);
    return connected.has(peerId);
  },
};
const clock = new VirtualClock();
const it1 = world(builtins({ clock, contacts, version: 'v', externalAddresses: () => ['/ip4/1.2.3.4'] }), {
  clock,
});
const ask = async (fn: string, ...args: unknown[]) => {
  const [service = '', name = ''] = fn.split('.');
  return it1.call({ service, fn: name, args: args.map(value => ({ value: value as string })) });
};

/** The distance as a number, by the definition. */
const distance = (key: Uint8Array, peerId: string): bigint => {
  const place = sha256(fromBase58(peerId) as Uint8Array);
  return BigInt(
    `0x${[...key].map((byte, i) => (byte ^ (place[i] ?? 0)).toString(16).padStart(2, '0')).join('')}`,
  );
};
const ordered = (key: Uint8Array, peers: readonly string[]) =>
  peers.toSorted((a, b) => (distance(key, a) < distance(key, b) ? -1 : 1));
const all = [ALICE, BOB, CAROL, MALLORY, AUTH];

describe('kad', () => {
  it('neighborhood: the nearest of the known peers, first the nearest', async () => {
    const key = sha256(fromBase58(BANK) as Uint8Array);
    expect(valueOf(await ask('kad.neighborhood', BANK))).toEqual(ordered(key, all));
    expect(valueOf(await ask('kad.neighborhood', BANK, [], [2]))).toEqual(ordered(key, all).slice(0, 2));
    expect(valueOf(await ask('kad.neighborhood', BANK, false, 0))).toEqual([]);
  });

  it('neighborhood of a multihash stands where the multihash says', async () => {
    const digest = sha256('a key');
    const multihash = toBase58(Uint8Array.of(0x12, 0x20, ...digest));
    expect(valueOf(await ask('kad.neighborhood', multihash, [true]))).toEqual(ordered(digest, all));
    expect(textOf(await ask('kad.neighborhood', BANK, true))).toContain('Invalid multihash');
    expect(textOf(await ask('kad.neighborhood', '0OIl'))).toBe('the key is not base58');
    expect(summary(await ask('kad.neighborhood', BANK, [true, false]))).toBe(
      'refused arguments ERR_CALL_ARGUMENTS',
    );
  });

  it('merge: two lists in order, without repetition and without what is not an id', async () => {
    const key = sha256(fromBase58(HOST) as Uint8Array);
    const merged = valueOf(await ask('kad.merge', HOST, [BOB, CAROL], [CAROL, '0', ALICE]));
    expect(merged).toEqual(ordered(key, [BOB, CAROL, ALICE]));
    expect(valueOf(await ask('kad.merge', HOST, [BOB, CAROL], [ALICE], 1))).toEqual(
      ordered(key, [BOB, CAROL, ALICE]).slice(0, 1),
    );
  });
});

describe('contacts of peer', () => {
  it('is_connected and get_contact say what this peer knows', async () => {
    expect(valueOf(await ask('peer.is_connected', BOB))).toBe(true);
    expect(valueOf(await ask('peer.is_connected', CAROL))).toBe(false);
    expect(valueOf(await ask('peer.get_contact', BOB))).toEqual({
      peer_id: BOB,
      addresses: [`/memory/${BOB}`],
    });
    expect(valueOf(await ask('peer.get_contact', BANK))).toBe('');
  });

  it('connect is for the owner', async () => {
    expect(summary(await ask('peer.connect', CAROL))).toBe('denied gatekeeper ERR_CALL_DENIED_ACL');
    const connect = (args: unknown[]) =>
      it1.call({
        by: HOST,
        service: 'peer',
        fn: 'connect',
        args: args.map(value => ({ value: value as string })),
      });
    expect(valueOf(await connect([CAROL]))).toBe(true);
    expect(valueOf(await connect([BANK, []]))).toBe(false);
    expect(valueOf(await connect([BANK, [['/ip4/1.2.3.4']]]))).toBe(true);
    expect(valueOf(await ask('peer.is_connected', BANK))).toBe(true);
  });

  it('identify is complete', async () => {
    expect(valueOf(await ask('peer.identify'))).toEqual({
      external_addresses: ['/ip4/1.2.3.4'],
      node_version: 'v',
      air_version: '0.62',
      spell_version: '',
      allowed_binaries: [],
      vm_info: null,
    });
  });

  it('a peer without contacts knows nobody, and one without a key has no sig', async () => {
    const bare = world(builtins({ clock }), { clock });
    expect(valueOf(await bare.call({ service: 'kad', fn: 'neighborhood', args: [{ value: BANK }] }))).toEqual(
      [],
    );
    expect(valueOf(await bare.call({ service: 'peer', fn: 'is_connected', args: [{ value: BOB }] }))).toBe(
      false,
    );
    expect(summary(await bare.call({ service: 'sig', fn: 'get_peer_id' }))).toBe(
      'refused find ERR_SERVICE_UNKNOWN',
    );
  });
});
