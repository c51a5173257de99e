import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createPeer, memoryStore, sqliteStore, type Store } from '../../../peer/index.ts';
import type { JsonValue } from '../../../interpreter/index.ts';
import { defineService, startService, type ServiceDefinition } from '../../../services/index.ts';
import { idOf, seedOf } from '../../support/cast.ts';
import { Stage } from '../../support/stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'beryl-state-'));
afterAll(() => rmSync(folder, { recursive: true }));
const STORES: readonly [string, () => Store][] = [
  ['memory', memoryStore],
  ['SQLite', () => sqliteStore(join(folder, `${Math.random()}.sqlite`))],
];

const none = { arguments: {}, guards: {} };

const first = defineService({
  id: 'counter',
  state: { n: 0 },
  functions: { add: { ...none, handler: (_, { state }) => (state.n += 1) } },
});

type Second = { counts: { total: number } };
const second = (migrate?: (state: JsonValue, version: number) => Second) =>
  defineService({
    id: 'counter',
    state: {
      version: 2,
      initial: { counts: { total: 0 } },
      ...(migrate && { migrate }),
      schema: z.strictObject({ counts: z.strictObject({ total: z.number().max(5) }) }),
    },
    functions: { add: { ...none, handler: (_, { state }) => (state.counts.total += 1) } },
  });
const carriedOver = second((state, version) => ({
  counts: { total: (state as { n: number }).n + 1000 * version },
}));

/** One life of a peer over a store: adds so many times, and returns the state at the end. */
async function live<State>(
  store: Store,
  definition: ServiceDefinition<State>,
  adds: number,
): Promise<unknown> {
  const stage = new Stage();
  const service = startService(definition);
  const transport = stage.network.join(idOf('alice'));
  const peer = createPeer({
    secretKey: seedOf('alice'),
    clock: stage.clock,
    transport,
    services: [service],
    store,
  });
  await peer.start();
  try {
    for (let i = 0; i < adds; i++) {
      const script =
        '(seq (call %init_peer_id% ("counter" "add") [] x) (call %init_peer_id% ("callbackSrv" "response") [x]))';
      await stage.end(peer.run(script).done);
    }
  } finally {
    await peer.stop();
  }
  return service.state;
}

describe.each(STORES)('the state of a service in a new version, with %s', (_, make) => {
  it('is carried over once, and kept in its new form', async () => {
    const store = make();
    expect(await live(store, first, 3)).toEqual({ n: 3 });
    // Not yet stored in the new form: nothing has changed.
    expect(await live(store, carriedOver, 0)).toEqual({ counts: { total: 3 } });
    expect(await live(store, carriedOver, 2)).toEqual({ counts: { total: 5 } });
    const never = second(() => {
      throw new Error('it is in its new form already');
    });
    expect(await live(store, never, 0)).toEqual({ counts: { total: 5 } });
  });

  it('is not overwritten where it cannot be carried over: the peer does not start', async () => {
    const store = make();
    await live(store, first, 1);
    await expect(live(store, second(), 0)).rejects.toMatchObject({ code: 'ERR_STATE_VERSION' });
    const throwing = second(() => {
      throw new Error('no idea');
    });
    await expect(live(store, throwing, 0)).rejects.toMatchObject({
      code: 'ERR_STATE_SHAPE',
      message: 'state of service `counter`: version 0 could not be carried over: no idea',
    });
    const wrong = second(() => ({ counts: { total: 6 } }));
    await expect(live(store, wrong, 0)).rejects.toThrow(/does not fit its schema at `counts.total`/);
    expect(await live(store, first, 1)).toEqual({ n: 2 });
  });

  it('of a newer version is refused by an older one', async () => {
    const store = make();
    await live(store, carriedOver, 1);
    await expect(live(store, first, 0)).rejects.toMatchObject({
      code: 'ERR_STATE_VERSION',
      message: expect.stringContaining(
        'version 2 is stored, the service has version 0: install the version',
      ) as string,
    });
  });

  it('a call that leaves a state against the schema fails, and changes nothing', async () => {
    const store = make();
    expect(await live(store, carriedOver, 5)).toEqual({ counts: { total: 5 } });
    await expect(live(store, carriedOver, 1)).rejects.toThrow(
      /the new state does not fit its schema at `counts.total`/,
    );
    expect(await live(store, carriedOver, 0)).toEqual({ counts: { total: 5 } });
  });
});

describe('a declaration of state', () => {
  const declare = (state: unknown) => () => defineService({ id: 's', state, functions: {} });

  it.each<readonly [string, unknown, string]>([
    ['version 0', { version: 0, initial: {} }, 'version must be an integer above 0'],
    [
      'a misspelt key',
      { version: 1, initial: {}, migrat: () => ({}) },
      'unknown key `migrat`; did you mean `migrate`?',
    ],
    ['an initial state that is not JSON', { version: 1, initial: new Map() }, 'must be'],
    [
      'an initial state against its schema',
      { version: 1, initial: { n: 'a' }, schema: z.object({ n: z.number() }) },
      'does not fit its schema at `n`',
    ],
    ['a schema that is none', { version: 1, initial: {}, schema: {} }, 'needs a schema'],
  ])('is refused: %s', (_, state, why) => {
    expect(declare(state)).toThrow(TypeError);
    expect(declare(state)).toThrow(why);
  });

  it('external state is the business of the service: there is no draft, and nothing to start from', () => {
    const seen: unknown[] = [];
    const ledger = defineService({
      id: 'ledger',
      state: 'external',
      functions: { f: { ...none, handler: (_, { state }) => void seen.push(state satisfies undefined) } },
    });
    expect(startService(ledger).state).toBeUndefined();
    expect(() => startService(ledger, {} as never)).toThrow(/keeps its state elsewhere/);
  });
});
