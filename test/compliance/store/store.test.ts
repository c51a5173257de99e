import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { memoryStore, signParticle, sqliteStore, type Particle, type Store } from '../../../peer/index.ts';
import { particleKey } from '../../../peer/particle.ts';
import { idOf, signer } from '../../support/cast.ts';

const folder = mkdtempSync(join(tmpdir(), 'beryl-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Each implementation: a new store, and how the next process opens the same content. */
const IMPLEMENTATIONS: readonly [string, () => { store: Store; again: () => Store }][] = [
  [
    'memory',
    () => {
      const store = memoryStore();
      return { store, again: () => store };
    },
  ],
  ...(['full', 'normal'] as const).map(
    synchronous =>
      [
        `SQLite, synchronous ${synchronous}`,
        () => {
          const path = join(folder, `${synchronous}-${Math.random()}.sqlite`);
          const open = () => sqliteStore(path, { synchronous });
          return { store: open(), again: open };
        },
      ] as const,
  ),
].map(([name, make]) => [name as string, make as () => { store: Store; again: () => Store }]);

const ALICE = idOf('alice');
const particle = (id = 'p', ttl = 7000): Particle =>
  signParticle(signer('alice'), { id, timestamp: 1000, ttl, script: '(null)' });
const headerOf = ({ id, initPeerId, timestamp, ttl, script, signature }: Particle) => ({
  id,
  initPeerId,
  timestamp,
  ttl,
  script,
  signature,
});
const write = (of: Particle, more: object = {}) => ({
  key: particleKey(of),
  expected: 0,
  header: headerOf(of),
  variables: null,
  data: Uint8Array.of(1, 2, 3),
  sends: ['x'],
  isAtRest: false,
  used: [],
  ...more,
});
const answer = (of: Particle, call = 'c', resultJson = '1') => ({
  key: particleKey(of),
  call,
  retCode: 0,
  resultJson,
});
const state = (expected: number, value: object, more: object = {}) => ({
  id: 's',
  expected,
  continues: false,
  change: { state: value, patches: [] },
  ...more,
});

describe.each(IMPLEMENTATIONS)('store: %s', (_, make) => {
  let store: Store;
  let again: () => Store;
  beforeEach(async () => {
    ({ store, again } = make());
    await store.open(ALICE);
  });
  const reopen = async (): Promise<void> => {
    await store.close();
    store = again();
    await store.open(ALICE);
  };

  it('gives back what was committed, also to the next process', async () => {
    const one = particle();
    await store.commit({ particle: write(one, { variables: '{"x":1.0}' }), answer: answer(one) });
    await reopen();
    expect(await store.load(particleKey(one))).toEqual({
      header: headerOf(one),
      revision: 1,
      data: Uint8Array.of(1, 2, 3),
      sends: ['x'],
      variables: '{"x":1.0}',
      isAtRest: false,
      answers: [{ call: 'c', retCode: 0, resultJson: '1' }],
    });
    expect(await store.load('nothing')).toBeUndefined();
  });

  it('replaces data, keeps it where none is given, and deletes used answers', async () => {
    const one = particle();
    await store.commit({ particle: write(one) });
    await store.commit({ answer: answer(one, 'a') });
    await store.commit({ answer: answer(one, 'b') });
    const next = { key: particleKey(one), sends: [], isAtRest: false, used: ['a'] };
    await store.commit({ particle: { ...next, expected: 1, data: Uint8Array.of(9) } });
    await store.commit({ particle: { ...next, expected: 2, isAtRest: true, used: [] } });
    expect(await store.load(particleKey(one))).toMatchObject({
      revision: 3,
      data: Uint8Array.of(9),
      sends: [],
      isAtRest: true,
      answers: [{ call: 'b' }],
    });
  });

  it.each([
    ['a particle that somebody else has written', { particle: write(particle(), { expected: 0 }) }],
    ['a particle written twice since', { particle: write(particle(), { expected: 2 }) }],
    ['a state that somebody else has written', { service: state(0, { n: 2 }) }],
    [
      'one of two parts, so the other is not written either',
      { particle: write(particle(), { expected: 1, sends: ['y'] }), service: state(7, { n: 3 }) },
    ],
  ])('refuses %s, and writes nothing', async (_title, transaction) => {
    await store.commit({ particle: write(particle()), service: state(0, { n: 1 }) });
    await expect(store.commit(transaction)).rejects.toMatchObject({ code: 'ERR_STORE_CONFLICT' });
    expect(await store.load(particleKey(particle()))).toMatchObject({ revision: 1, sends: ['x'] });
    expect(await store.state('s')).toMatchObject({ revision: 1, state: { n: 1 } });
  });

  it('keeps the others of a group in which one conflicts', async () => {
    const ends = await Promise.allSettled([
      store.commit({ service: state(0, { n: 1 }) }),
      store.commit({ service: state(0, { n: 100 }) }),
      store.commit({ service: state(1, { n: 2 }) }),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await store.state('s')).toMatchObject({ revision: 2, state: { n: 2 } });
  });

  it('takes operations in the order of their calls', async () => {
    const one = particle();
    const written = store.commit({ particle: write(one) });
    const loaded = store.load(particleKey(one));
    const removed = store.remove([particleKey(one)]);
    const gone = store.load(particleKey(one));
    await Promise.all([written, removed]);
    expect([(await loaded)?.revision, await gone]).toEqual([1, undefined]);
  });

  it('drops answers for particles that are gone', async () => {
    const one = particle();
    await store.commit({ answer: answer(one), service: state(0, { n: 1 }) });
    await store.commit({ particle: write(one) });
    expect((await store.load(particleKey(one)))?.answers).toEqual([]);
    expect(await store.state('s')).toMatchObject({ revision: 1 });
  });

  it('lists all particles, page by page', async () => {
    const all = Array.from({ length: 25 }, (_each, i) => particle(`p${i}`));
    for (const one of all) await store.commit({ particle: write(one, { isAtRest: true }) });
    const keys: string[] = [];
    for (let after = ''; ;) {
      const page = await store.scan(after, 10);
      keys.push(...page.map(({ key }) => key));
      expect(page.length).toBeLessThanOrEqual(10);
      if (page.length < 10) break;
      after = keys.at(-1) as string;
    }
    expect(keys).toEqual(all.map(particleKey).sort());
    const [first] = await store.scan('', 1);
    expect(first).toMatchObject({ initPeerId: ALICE, deadline: 8000, size: 9, isAtRest: true });
  });

  it('sweeps what has expired, and nothing else', async () => {
    const [early, late] = [particle('early', 10), particle('late', 20)];
    for (const one of [early, late]) await store.commit({ particle: write(one), answer: answer(one) });
    expect(await store.sweep(1010, 100)).toEqual([]);
    expect(await store.sweep(1011, 100)).toEqual([particleKey(early)]);
    expect(await store.load(particleKey(early))).toBeUndefined();
    expect((await store.load(particleKey(late)))?.answers).toHaveLength(1);
    expect(await store.sweep(9999, 0)).toEqual([]);
  });

  it('knows how late the particles lived that it has deleted, its own and those of others, for the next process too', async () => {
    expect(await store.ended()).toEqual({ own: 0, others: 0 });
    const own = ['a', 'b', 'c'].map((id, i) => particle(id, 10 + i));
    const bobs = signParticle(signer('bob'), { id: 'd', timestamp: 1000, ttl: 500, script: '(null)' });
    for (const one of [...own, bobs]) await store.commit({ particle: write(one) });
    await store.remove([particleKey(own[1] as Particle), 'nothing']);
    expect(await store.ended()).toEqual({ own: 1011, others: 0 });
    await store.sweep(1011, 100);
    expect(await store.ended()).toEqual({ own: 1011, others: 0 });
    await store.sweep(2000, 100);
    await reopen();
    expect(await store.ended()).toEqual({ own: 1012, others: 1500 });
  });

  it('continues a state with patches, hundreds of them, also for the next process', async () => {
    await store.commit({ service: state(0, { list: [] }) });
    for (let n = 1; n <= 600; n++) {
      const list = Array.from({ length: n }, (_each, i) => i);
      const patches = [{ op: 'add', path: ['list', n - 1], value: n - 1 }] as const;
      await store.commit({
        service: state(n, { list }, { continues: true, change: { state: { list }, patches } }),
      });
    }
    await reopen();
    const stored = await store.state('s');
    if (stored === undefined) throw new Error('nothing is stored');
    const { list } = stored.state as unknown as { list: number[] };
    for (const { value } of stored.patches) list.push(value as number);
    expect([stored.revision, list]).toEqual([601, Array.from({ length: 600 }, (_each, i) => i)]);
  });

  it('keeps numbers and texts of a state as they are', async () => {
    const value = { big: 12345678901234567890n, deep: { text: ' \u0000 "é😀"' }, 'a.b': [null, true, -0.5] };
    await store.commit({ service: state(0, value) });
    await reopen();
    expect((await store.state('s'))?.state).toEqual(value);
  });

  it('belongs to one peer', async () => {
    await store.close();
    store = again();
    await expect(store.open(idOf('mallory'))).rejects.toMatchObject({ code: 'ERR_STORE_PEER' });
  });

  it('keeps a hint in its place: what follows sees it, and closing writes it', async () => {
    const [one, two] = [particle(), particle('two')];
    await store.commit({ particle: write(one) });
    await store.commit({ particle: write(two) });
    const rests = (of: Particle, expected: number) => ({
      particle: { key: particleKey(of), expected, sends: [], isAtRest: true, used: [] },
      isHint: true,
    });
    await store.commit(rests(one, 1));
    expect(await store.load(particleKey(one))).toMatchObject({ isAtRest: true, sends: [], revision: 2 });
    await store.commit(rests(two, 1));
    await expect(store.commit({ particle: write(two, { expected: 1 }) })).rejects.toMatchObject({
      code: 'ERR_STORE_CONFLICT',
    });
    await store.commit(rests(one, 2));
    await reopen();
    expect(await store.load(particleKey(one))).toMatchObject({ isAtRest: true, revision: 3 });
    expect(await store.load(particleKey(two))).toMatchObject({ isAtRest: true, revision: 2 });
  });

  it('refuses a write of what is not there, and knows its size after each write', async () => {
    const one = particle();
    await expect(store.commit({ particle: write(one, { expected: 3 }) })).rejects.toMatchObject({
      code: 'ERR_STORE_CONFLICT',
      details: { expected: 3, found: 0 },
    });
    await store.commit({ particle: write(one) });
    await expect(store.commit({ particle: write(one), answer: answer(one) })).rejects.toMatchObject({
      code: 'ERR_STORE_CONFLICT',
      details: { expected: 0, found: 1 },
    });
    expect((await store.load(particleKey(one)))?.answers).toEqual([]);
    await store.commit({ particle: write(one, { expected: 1, data: new Uint8Array(100) }) });
    await store.commit({ particle: write(one, { expected: 2, data: new Uint8Array(5) }) });
    expect((await store.scan('', 10)).map(({ size }) => size)).toEqual(['(null)'.length + 5]);
  });

  it('writes nothing of a transaction of which a part conflicts, and all others of the same turn', async () => {
    const [one, two] = [particle(), particle('two')];
    await store.commit({ service: state(0, { n: 0 }) });
    const ends = await Promise.allSettled([
      store.commit({ particle: write(one), service: state(0, { n: 1 }) }),
      store.commit({ particle: write(two), service: state(1, { n: 2 }) }),
      store.commit({ particle: write(two), service: state(2, { n: 3 }) }),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
    await reopen();
    expect(await store.load(particleKey(one))).toBeUndefined();
    expect(await store.load(particleKey(two))).toMatchObject({ revision: 1 });
    expect(await store.state('s')).toMatchObject({ revision: 2, state: { n: 2 } });
  });

  it('refuses when it is closed, and finishes what was begun', async () => {
    const one = particle();
    const begun = store.commit({ particle: write(one) });
    const closed = store.close();
    await expect(store.commit({ particle: write(particle('q')) })).rejects.toMatchObject({
      code: 'ERR_STORE_CLOSED',
    });
    await Promise.all([begun, closed]);
    store = again();
    await store.open(ALICE);
    expect(await store.load(particleKey(one))).toBeDefined();
  });

  it('keeps envelopes that were taken until they are to be forgotten', async () => {
    const nonce = (n: number, untilMs: number, forgetBeforeMs = 0) => ({
      nonce: { origin: ALICE, nonce: `n${n}`, untilMs, forgetBeforeMs },
    });
    await store.commit(nonce(1, 1000));
    await store.commit(nonce(1, 1000));
    await store.commit(nonce(2, 2000));
    await reopen();
    const namesOf = async () => (await store.nonces()).map(one => one.nonce).toSorted();
    expect(await namesOf()).toEqual(['n1', 'n2']);
    expect(await store.nonces()).toContainEqual({ origin: ALICE, nonce: 'n2', untilMs: 2000 });
    await store.commit(nonce(3, 3000, 1500));
    expect(await namesOf()).toEqual(['n2', 'n3']);
  });
});
