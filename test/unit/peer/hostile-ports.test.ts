import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineService, startService } from '../../../services/index.ts';
import { createPeer, memoryStore, type Peer, type Store, type Transport } from '../../../peer/index.ts';
import { signerOf } from '../../../interpreter/index.ts';
import { idOf, seedOf, withIds } from '../../support/cast.ts';

// In plain JavaScript no compiler checks the ports, and a transport may pass on what a stranger wrote.
const TO_BOB = withIds(
  `(seq (call "bob" ("a" "b") [] x) (call %init_peer_id% ("callbackSrv" "response") [x]))`,
);
const LOCAL = '(call %init_peer_id% ("callbackSrv" "response") ["x"])';
const unreachable = async () => ({ ok: false, kind: 'permanent', reason: 'alone' });
const transportOf = (send: unknown = unreachable) =>
  ({ start: () => undefined, stop: () => undefined, send }) as unknown as Transport;
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
    ['with the refusal null, as from JSON', { ...failed, refusal: null }, 'ERR_STARTED_SEND'],
    ['with a malformed refusal', { ...failed, refusal: { code: 5 } }, 'ERR_STARTED_SEND'],
    ['whole', failed, 'ERR_STARTED_SEND'],
  ])('%s ends the run, not the process', async (_, report, code) => {
    const peer = peerOf({ transport: transportOf(async () => report) });
    await peer.start();
    await expect(peer.run(TO_BOB, { ttlMs: 150 }).done).rejects.toMatchObject({ code });
    await expect(peer.run(LOCAL).done).resolves.toBe('x');
    await peer.stop({ graceMs: 0 });
  });
});

describe('a signer', () => {
  const key = signerOf(seedOf('alice'));
  it.each<[string, object, RegExp]>([
    ['without a function', { peerId: key.peerId }, /`secretKey` must be a seed of 32 bytes or a signer/],
    [
      'of a name',
      { sign: () => new Uint8Array(64), peerId: 'alice' },
      /`peerId` is the id of an Ed25519 key/,
    ],
    ['of nobody', { sign: () => new Uint8Array(64) }, /`peerId` is the id of an Ed25519 key/],
  ])('%s is refused', (_, secretKey, message) => {
    expect(() => peerOf({ secretKey })).toThrow(message);
  });

  it.each<[string, (message: Uint8Array) => unknown]>([
    ['throws', () => JSON.parse('{')],
    [
      'throws what has no text',
      () => {
        throw Object.create(null);
      },
    ],
    ['rejects', () => Promise.reject(new Error('locked'))],
    ['gives nothing', () => undefined],
    ['gives something else', () => ({ length: 64 })],
    ['gives a promise of something else', async () => 'signature'],
    [
      'gives what throws when it is awaited',
      () => Object.defineProperty({}, ['the', 'n'].join(''), { get: () => JSON.parse('') }),
    ],
    ['signs with another key', message => signerOf(seedOf('mallory')).sign(message)],
    ['signs with another key, later', async message => signerOf(seedOf('mallory')).sign(message)],
  ])('that %s fails the run, and not the peer', async (_, fail) => {
    let isBroken = true;
    const sign = (message: Uint8Array) => (isBroken ? fail(message) : key.sign(message));
    const peer = peerOf({ secretKey: { peerId: key.peerId, sign } });
    await peer.start();
    const run = peer.run(LOCAL);
    await expect(run.done).rejects.toMatchObject({ code: 'ERR_STARTED_SIGNER' });
    await expect(run.signed).rejects.toMatchObject({ code: 'ERR_STARTED_SIGNER' });
    expect(() => run.header).toThrow(TypeError);
    isBroken = false;
    await expect(peer.run(LOCAL).done).resolves.toBe('x');
    isBroken = true;
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

  it('called twice resolves both calls at the same end', async () => {
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

describe('a port that never answers', () => {
  const never = (): Promise<never> => new Promise(() => undefined);
  const limits = { portMs: 40 };
  const timeout = { code: 'ERR_STORE_TIMEOUT' };
  /** A store of which some operations never settle, from `isOn` on. */
  function stuckStore(stuck: (keyof Store)[], isOn = () => true): Store {
    const real = memoryStore();
    return new Proxy(real, {
      get: (target, name: keyof Store) =>
        stuck.includes(name)
          ? (...args: never[]) =>
              isOn() ? never() : (target[name] as never as (...all: never[]) => unknown)(...args)
          : target[name],
    });
  }

  it.each(['open', 'sweep', 'ended', 'scan'] as const)(
    'start rejects if the store never ends `%s`; it can be tried again',
    async operation => {
      let isStuck = true;
      const peer = peerOf({ store: stuckStore([operation], () => isStuck), limits });
      await expect(peer.start()).rejects.toMatchObject({ ...timeout, details: { operation, waitMs: 40 } });
      isStuck = false;
      await peer.start();
      await expect(peer.run(LOCAL).done).resolves.toBe('x');
      await peer.stop();
    },
  );

  it('start rejects if the transport never starts', async () => {
    const peer = peerOf({ transport: { ...transportOf(), start: never }, limits });
    await expect(peer.start()).rejects.toMatchObject({
      code: 'ERR_TRANSPORT_TIMEOUT',
      details: { act: 'start' },
    });
  });

  it('a transport that fails to start, or starts too late, is stopped, and so are handlers under way', async () => {
    const events: string[] = [];
    const later = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
    const stop = (): void => void events.push('stop');
    const failing = async (): Promise<void> => {
      events.push('start');
      await later(10);
      throw new Error('no port');
    };
    const failed = peerOf({ transport: { ...transportOf(), start: failing, stop }, limits });
    const started = failed.start();
    await later(5);
    const run = failed.run(LOCAL).done.then(String, (failure: { code: string }) => failure.code);
    await expect(started).rejects.toThrow('no port');
    expect(events).toEqual(['start', 'stop']);
    expect(['x', 'ERR_STARTED_STOPPED', 'ERR_STARTED_REFUSED']).toContain(await run);
    await expect(failed.run(LOCAL).done).rejects.toMatchObject({ code: 'ERR_STARTED_REFUSED' });

    events.length = 0;
    const start = async (): Promise<void> => {
      await later(80);
      events.push('late');
    };
    await expect(
      peerOf({ transport: { ...transportOf(), start, stop }, limits }).start(),
    ).rejects.toMatchObject({ code: 'ERR_TRANSPORT_TIMEOUT' });
    await later(80);
    expect(events).toEqual(['stop', 'late', 'stop']);
  });

  it('a stop while the transport starts waits for it: nothing starts after it', async () => {
    const events: string[] = [];
    const start = async (): Promise<void> => {
      await new Promise(resolve => setTimeout(resolve, 20));
      events.push('started');
    };
    const stop = (): void => void events.push('stopped');
    const peer = peerOf({ transport: { ...transportOf(), start, stop } });
    const begun = peer.start();
    await new Promise(resolve => setTimeout(resolve, 5));
    // The peer takes scripts already.
    await expect(peer.run(LOCAL).done).resolves.toBe('x');
    await peer.stop({ graceMs: 0 });
    await begun;
    expect(events).toEqual(['started', 'stopped']);
    await peer.start();
    await peer.stop();
  });

  it('start rejects if the store gives its particles in circles', async () => {
    const summary = { key: 'k', id: 'p', initPeerId: idOf('bob'), deadline: 1, size: 1, isAtRest: true };
    const scan = { scan: async () => Array.from({ length: 1000 }, () => summary) };
    const sweep = { sweep: async () => Array.from({ length: 1000 }, (_, i) => `${i}`) };
    for (const circle of [scan, sweep]) {
      const peer = peerOf({ store: { ...memoryStore(), ...circle } });
      await expect(peer.start()).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' });
    }
  });

  it('a run whose writes never end fails with its code, and the peer goes on', async () => {
    let isStuck = true;
    const peer = peerOf({ store: stuckStore(['commit'], () => isStuck), limits });
    await peer.start();
    await expect(peer.run(LOCAL).done).rejects.toMatchObject({
      code: 'ERR_STARTED_STORE',
      message: expect.stringContaining('did not end `commit` within 40 ms'),
    });
    isStuck = false;
    await expect(peer.run(LOCAL).done).resolves.toBe('x');
    await peer.stop();
  });

  it.each([
    ['a write is under way', ['commit'], undefined],
    ['the store cannot be closed', ['close'], timeout],
    ['nothing of the store ends', ['commit', 'load', 'remove', 'sweep', 'close'], timeout],
  ] as const)('stop ends while %s', async (_, stuck, rejection) => {
    let isOn = false;
    const peer = peerOf({ store: stuckStore([...stuck], () => isOn), limits });
    await peer.start();
    isOn = true;
    const end = peer.run(LOCAL).done.then(String, (failure: { code: string }) => failure.code);
    // The run has ended, or its first write is under way.
    const isWriteStuck = (stuck as readonly string[]).includes('commit');
    if (isWriteStuck)
      for (let turn = 0; turn < 5; turn++) await new Promise(resolve => void setImmediate(resolve));
    else await end;
    const stopped = peer.stop({ graceMs: 0 });
    await (rejection === undefined ? stopped : expect(stopped).rejects.toMatchObject(rejection));
    expect(await end).toBe(isWriteStuck ? 'ERR_STARTED_STORE' : 'x');
    isOn = false;
    await peer.start();
    await expect(peer.run(LOCAL).done).resolves.toBe('x');
    await peer.stop();
  });

  it('stop ends while the transport does not, and says so', async () => {
    const warnings: unknown[] = [];
    const logger = { warn: (message: string, fields: unknown) => void warnings.push([message, fields]) };
    const peer = peerOf({ transport: { ...transportOf(), stop: never }, logger, limits });
    await peer.start();
    await peer.stop();
    expect(warnings).toEqual([
      [
        'the transport could not be stopped',
        { failure: expect.stringContaining('did not stop within 40 ms') },
      ],
    ]);
  });

  it('a late write of a service’s state counts once: the state is read again before the next call', async () => {
    const real = memoryStore();
    let late: (() => Promise<void>) | undefined;
    const store: Store = {
      ...real,
      commit: transaction => {
        if (transaction.service === undefined || late !== undefined) return real.commit(transaction);
        // It is written in the end, after the peer has given it up.
        late = () => real.commit(transaction);
        return never();
      },
    };
    const counter = startService(
      defineService({
        id: 'counter',
        state: { count: 0 },
        functions: {
          add: { arguments: {}, guards: {}, handler: (_arguments, { state }) => (state.count += 1) },
        },
      }),
    );
    const add = `(seq (call %init_peer_id% ("counter" "add") [] x) ${LOCAL.replace('"x"', 'x')})`;
    const peer = peerOf({ store, services: [counter], limits });
    await peer.start();
    await expect(peer.run(add).done).rejects.toMatchObject({ code: 'ERR_STARTED_STORE' });
    expect(counter.state.count).toBe(0);
    await late?.();
    expect(await peer.run(add).done).toBe(2);
    expect([counter.state.count, (await real.state('counter'))?.state]).toEqual([2, { count: 2 }]);
    await peer.stop();
  });

  it('stop ends on a clock that stands still, with a signer that never signs', async () => {
    const clock = { now: () => 1_700_000_000_000, after: () => () => undefined };
    const key = signerOf(seedOf('alice'));
    let signed = 0;
    // The header of the particle is signed; then nothing is.
    const sign = (message: Uint8Array) => ((signed += 1) === 1 ? key.sign(message) : never());
    const peer = peerOf({ clock, secretKey: { peerId: key.peerId, sign }, limits });
    await peer.start();
    const run = peer.run(`(seq (call %init_peer_id% ("op" "noop") []) ${LOCAL})`);
    run.done.catch(() => undefined);
    for (let turn = 0; turn < 50; turn++) {
      if (signed > 1) break;
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    expect(signed).toBeGreaterThan(1);
    await peer.stop({ graceMs: 20 });
    await expect(run.done).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_STARTED_/) as string });
  });

  it('stop ends on a clock that stands still, with a call under way', async () => {
    const clock = { now: () => 1_700_000_000_000, after: () => () => undefined };
    const wait = defineService({
      id: 's',
      functions: { wait: { arguments: {}, guards: {}, handler: never } },
    });
    const peer = peerOf({ clock, services: [startService(wait)], limits });
    await peer.start();
    const run = peer.run('(call %init_peer_id% ("s" "wait") [])');
    run.done.catch(() => undefined);
    await new Promise(resolve => setTimeout(resolve, 10));
    await peer.stop({ graceMs: 20 });
    await expect(run.done).rejects.toMatchObject({ code: 'ERR_STARTED_STOPPED' });
  });
});

describe('a clock or an activity of the host that is broken', () => {
  const throws = (): never => {
    throw new Error('broken');
  };
  const real = {
    now: () => Date.now(),
    after(ms: number, callback: () => void): unknown {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  };
  const idle = {
    begin: () => undefined,
    end: () => undefined,
    hold: () => () => undefined,
    deadline: () => () => undefined,
  };

  it.each([
    ['throws', throws],
    ['gives no number', () => Number.NaN],
    ['gives text', () => '5'],
  ])('start rejects if the clock %s', async (_, now) => {
    await expect(peerOf({ clock: { ...real, now } }).start()).rejects.toThrow(
      /broken|milliseconds since 1970/,
    );
  });

  it.each([
    ['sets no timers', { clock: { ...real, after: throws } }],
    [
      'fires at once',
      { clock: { ...real, after: (_: number, callback: () => void) => (callback(), () => undefined) } },
    ],
    [
      'gives nothing to cancel with',
      { clock: { ...real, after: (ms: number, callback: () => void) => void real.after(ms, callback) } },
    ],
    ['counts fractions of milliseconds', { clock: { ...real, now: () => Date.now() + 0.5 } }],
    ['throws at each beginning', { activity: { ...idle, begin: throws } }],
    ['throws at each end', { activity: { ...idle, end: throws, hold: () => throws } }],
    ['throws whatever happens', { activity: { begin: throws, end: throws, hold: throws, deadline: throws } }],
    [
      'gives nothing to end with',
      { activity: { ...idle, hold: () => undefined, deadline: () => undefined } },
    ],
    ['honest twin', { clock: real, activity: idle }],
  ])('runs settle, and stop ends: %s', async (_, ports) => {
    const peer = peerOf(ports);
    await peer.start();
    const [local, away] = [peer.run(LOCAL, { ttlMs: 5000 }), peer.run(TO_BOB, { ttlMs: 100 })];
    away.done.catch(() => undefined);
    // Timers that fire at once may end a life, or give up a call, early.
    await local.done.catch((failure: { code: string }) => expect(failure.code).toMatch(/^ERR_/));
    await expect(away.done).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_STARTED_/) as string });
    await peer.stop({ graceMs: 0 });
  });

  it('a clock that breaks while the peer runs is replaced by the system’s, and the log says so', async () => {
    let isBroken = false;
    const warnings: string[] = [];
    const clock = { ...real, now: () => (isBroken ? throws() : real.now()) };
    const peer = peerOf({ clock, logger: { warn: (message: string) => void warnings.push(message) } });
    await peer.start();
    isBroken = true;
    await expect(peer.run(LOCAL).done).resolves.toBe('x');
    expect(warnings).toContain('the clock has failed');
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
    ['an iterator as the deny list', { denied: new Set().values() }, /`denied` must be a list or a set/],
    ['an iterator of services', { services: [].values() }, /`services` must be a list/],
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
