import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPeer, memoryStore, type Peer, type PeerOptions, type Store } from '../../../peer/index.ts';
import { signerOf } from '../../../interpreter/index.ts';
import { idOf, seedOf, withIds } from '../../support/cast.ts';

// Programs in plain JavaScript bring ports that no compiler has checked, and a transport may hand on what a stranger wrote.
const TO_BOB = withIds(
  `(seq (call "bob" ("a" "b") [] x) (call %init_peer_id% ("callbackSrv" "response") [x]))`,
);
const LOCAL = '(call %init_peer_id% ("callbackSrv" "response") ["x"])';
const unreachable = async () => ({ ok: false, kind: 'permanent', reason: 'alone' });
const transportOf = (send: unknown = unreachable) =>
  ({ start: () => undefined, stop: () => undefined, send }) as unknown as PeerOptions['transport'];
const peerOf = (more: object = {}): Peer =>
  createPeer({ secretKey: seedOf('alice'), transport: transportOf(), ...more });

const unhandled: unknown[] = [];
const note = (failure: unknown): void => void unhandled.push(failure);
beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});
afterEach(async () => {
  await new Promise(resolve => setTimeout(resolve, 20));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

const failed = { ok: false, kind: 'permanent', reason: 'no' };
describe('a report of a transport', () => {
  it.each([
    ['undefined', undefined, 'ERR_STARTED_EXPIRED'],
    ['null', null, 'ERR_STARTED_EXPIRED'],
    [
      'one that throws when it is read',
      Object.defineProperty({}, 'ok', { get: () => JSON.parse('') }),
      'ERR_STARTED_EXPIRED',
    ],
    ['without a reason', { ok: false, kind: 'permanent' }, 'ERR_STARTED_SEND'],
    ['with a symbol for a reason', { ...failed, reason: Symbol('no') }, 'ERR_STARTED_SEND'],
    ['with the refusal null, as JSON has it', { ...failed, refusal: null }, 'ERR_STARTED_SEND'],
    ['with a refusal of no shape', { ...failed, refusal: { code: 5 } }, 'ERR_STARTED_SEND'],
    ['whole', failed, 'ERR_STARTED_SEND'],
  ])('%s ends the run, and not the process', async (_, report, code) => {
    const peer = peerOf({ transport: transportOf(async () => report) });
    await peer.start();
    await expect(peer.run(TO_BOB, { ttlMs: 150 }).done).rejects.toMatchObject({ code });
    await expect(peer.run(LOCAL).done).resolves.toBe('x');
    await peer.stop({ graceMs: 0 });
  });
});

describe('a signer that is asynchronous', () => {
  it('is refused when a particle is started', async () => {
    const sign = () => Promise.reject(new Error('locked'));
    const peer = peerOf({ secretKey: { peerId: idOf('alice'), sign } });
    await peer.start();
    expect(() => peer.run(LOCAL)).toThrow(/must be synchronous/);
    await peer.stop();
  });

  it('fails a run that states something', async () => {
    const signer = signerOf(seedOf('alice'));
    let signed = 0;
    const sign = (message: Uint8Array) =>
      (signed += 1) === 1 ? signer.sign(message) : Promise.reject(new Error('locked'));
    const peer = peerOf({ secretKey: { peerId: idOf('alice'), sign } });
    await peer.start();
    const two = `(seq (call %init_peer_id% ("op" "noop") []) ${LOCAL})`;
    await expect(peer.run(two).done).rejects.toMatchObject({ code: 'ERR_STARTED_INTERPRETATION' });
    await peer.stop();
  });
});

describe('stop', () => {
  it.each([
    [{ graceMS: 5 }, 'stop: unknown option `graceMS`; did you mean `graceMs`?'],
    [{ graceMs: -1 }, /`graceMs` must be an integer of 0 or more/],
    [{ graceMs: NaN }, /`graceMs` must be an integer of 0 or more/],
    [null, 'stop: options must be an object, found null'],
  ])('refuses %j', async (options, message) => {
    const peer = peerOf();
    await expect(peer.stop(options as object)).rejects.toThrow(message);
  });

  it('rejects if the store cannot be closed, and the peer can be started again', async () => {
    const store: Store = memoryStore();
    const close = store.close.bind(store);
    store.close = () => close().then(() => Promise.reject(new Error('disk full')));
    const peer = peerOf({ store });
    await peer.start();
    await expect(peer.stop()).rejects.toThrow('disk full');
    store.close = close;
    await peer.start();
    await expect(peer.run(LOCAL).done).resolves.toBe('x');
    await peer.stop();
  });

  it('asked twice ends twice at the same time', async () => {
    let isEnded = false;
    const stop = () =>
      new Promise<void>(resolve => setTimeout(resolve, 30)).then(() => void (isEnded = true));
    const peer = peerOf({ transport: { ...transportOf(), stop } });
    await peer.start();
    void peer.stop();
    await peer.stop();
    expect(isEnded).toBe(true);
    await peer.start();
    await peer.stop();
  });
});

describe('createPeer and run', () => {
  it.each([
    [
      'a name for a peer that is denied',
      { denied: ['mallory'] },
      /`denied` must be peer ids .*found "mallory"/,
    ],
    ['a list that can be read once', { denied: new Set().values() }, /`denied` must be a list or a set/],
    ['services that can be read once', { services: [].values() }, /`services` must be a list/],
  ])('refuses %s', (_, more, message) => {
    expect(() => peerOf(more)).toThrow(message);
  });

  it.each([undefined, null, 5, {}])('refuses the script %j', async script => {
    const peer = peerOf();
    await peer.start();
    expect(() => peer.run(script as unknown as string)).toThrow(/run: the script must be a string/);
    await peer.stop();
  });

  it('refuses an id that lives in the store, even while the store is read', async () => {
    const store = memoryStore();
    const first = peerOf({ store });
    await first.start();
    await first.run(LOCAL, { id: 'taken', ttlMs: 5000 }).done;
    await first.stop();
    const second = peerOf({ store });
    const started = second.start();
    const runs = ['taken', 'free', 'free'].map(id => second.run(LOCAL, { id, ttlMs: 5000 }).done);
    await started;
    const ends = await Promise.allSettled(runs);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
    await second.stop();
  });
});
