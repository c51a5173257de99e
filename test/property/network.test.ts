import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../base/bytes.ts';
import { defineService, startService } from '../../services/index.ts';
import { withIds, withNames } from '../support/cast.ts';
import { World } from '../support/world.ts';

const SCRIPT = `(seq
  (par (call "bob" ("s" "word") ["b"] $words)
    (par (call "carol" ("s" "word") ["c"] $words) (call "dave" ("s" "word") ["d"] $words)))
  (fold $words w (par (call "dave" ("s" "seen") [w]) (next w))))`;

async function play(seed: number, faults: { loss?: number }): Promise<World> {
  const world = new World(seed);
  world.simulation.network.faults = { latencyMs: [1, 100], duplication: 0.3, ...faults };
  const anything = {
    '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
  } as const;
  const service = () =>
    startService(
      defineService({
        id: 's',
        functions: {
          word: { arguments: { word: anything }, guards: {}, handler: ({ word }) => word as string },
          seen: { arguments: { word: anything }, guards: {}, handler: () => null },
        },
      }),
    );
  const alice = world.add('alice');
  for (const name of ['bob', 'carol', 'dave']) world.add(name, { services: [service()] });
  alice.run(withIds(SCRIPT));
  await world.simulation.settle();
  return world;
}

describe('simulated networks', () => {
  it('run(seed) = run(seed), to the byte', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async seed => {
        const [one, another] = [await play(seed, { loss: 0.1 }), await play(seed, { loss: 0.1 })];
        const bytes = (world: World): string[] => world.steps.map(({ outcome }) => toHex(outcome.data));
        expect(bytes(one)).toEqual(bytes(another));
      }),
      { numRuns: 15 },
    );
  });

  it('calls(any order of delivery) = calls(any other order), as a multiset', async () => {
    const callsOf = (world: World): string[] =>
      world.calls
        .map(({ peerId, request }) => withNames(`${peerId} ${request.functionName} ${request.argumentsJson}`))
        .sort();
    const expected = callsOf(await play(0, {}));
    expect(expected).toHaveLength(6);
    await fc.assert(
      fc.asyncProperty(fc.nat(), async seed => {
        const world = await play(seed, {});
        expect(world.refusals).toEqual([]);
        expect(callsOf(world)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });
});
