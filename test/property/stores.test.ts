import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { toHex } from '../../base/bytes.ts';
import { memoryStore, sqliteStore, type Store } from '../../peer/index.ts';
import { defineService, startService } from '../../services/index.ts';
import { withIds, withNames } from '../support/cast.ts';
import { World } from '../support/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'beryl-stores-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SCRIPT = `(seq
  (par (call "bob" ("s" "count") [] $words)
    (par (call "carol" ("s" "count") [] $words) (call "dave" ("s" "count") [] $words)))
  (fold $words w (par (call "dave" ("s" "count") []) (next w))))`;

const counting = () =>
  startService(
    defineService({
      id: 's',
      state: { n: 0 },
      functions: { count: { arguments: {}, guards: {}, handler: (_, { state }) => (state.n += 1) } },
    }),
  );

/** All that happens on a network, in its order. */
async function play(seed: number, store: () => Store): Promise<string[]> {
  const world = new World(seed);
  const told: string[] = [];
  world.simulation.network.faults = { latencyMs: [1, 30], duplication: 0.3, loss: 0.1 };
  const names = ['alice', 'bob', 'carol', 'dave'];
  const peers = names.map(name => world.add(name, { services: [counting()], store: store() }));
  await world.simulation.settle();
  const runs = peers.slice(0, 2).map(peer => peer.run(withIds(SCRIPT)));
  await world.simulation.runToEnd();
  const ends = await Promise.allSettled(runs.map(({ done }) => done));
  told.push(...ends.map(({ status }) => status));
  told.push(
    ...world.steps.map(({ input, outcome }) =>
      withNames(`${input.params.currentPeerId} ${toHex(outcome.data)}`),
    ),
  );
  told.push(...world.calls.map(({ peerId, request }) => withNames(`${peerId} ${request.site}`)));
  return told;
}

describe('stores', () => {
  it('run(seed, memory) = run(seed, SQLite), to the byte and in the same order', async () => {
    let files = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(), async seed => {
        const inMemory = await play(seed, memoryStore);
        const inFiles = await play(seed, () =>
          sqliteStore(join(folder, `${files++}.sqlite`), { synchronous: 'normal' }),
        );
        expect(inMemory.length).toBeGreaterThan(20);
        expect(inFiles).toEqual(inMemory);
      }),
      { numRuns: 8 },
    );
  });
});
