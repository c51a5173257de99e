import { describe, expect, test } from 'vitest';
import { defineService, startService, type Acl } from '../../services/index.ts';
import { withIds } from '../support/cast.ts';
import { World } from '../support/world.ts';

// Goal:    keep a service from other callers.
// Means:   mallory floods it with many particles, with one particle of many calls, and has others carry them.
// Refused: by the limits of the access list (ERR_CALL_LIMIT), which count by init peer, whoever carries the particle.
const acl: Acl = { rules: [], limits: [{ service: 'work', rate: { calls: 3, perMs: 10_000 } }] };
const CALL = '(xor (call "alice" ("work" "do") []) (null))';
const times = (count: number, part: string): string =>
  Array.from({ length: count - 1 }).reduce<string>(rest => `(seq ${part} ${rest})`, part);

/** Mallory runs her scripts; then bob calls once. What became of the calls of each, by code. */
async function attacked(scripts: readonly string[]) {
  const world = new World();
  const service = defineService({
    id: 'work',
    state: { done: 0 },
    functions: { do: { arguments: {}, guards: {}, handler: (_, { state }) => (state.done += 1) } },
  });
  world.add('alice', { services: [startService(service)], acl });
  const [bob, , mallory] = ['bob', 'carol', 'mallory'].map(name => world.add(name));
  for (const script of scripts) mallory?.run(withIds(script)).done.catch(() => undefined);
  await world.simulation.settle();
  const before = world.calls.length;
  bob?.run(withIds(CALL)).done.catch(() => undefined);
  await world.simulation.settle();
  const codes = world.calls.map(({ decision }) => (decision.kind === 'served' ? 'served' : decision.code));
  const count = (all: readonly string[]) =>
    Object.fromEntries(
      [...new Set(all)].toSorted().map(code => [code, all.filter(one => one === code).length]),
    );
  return { mallory: count(codes.slice(0, before)), bob: count(codes.slice(before)) };
}

describe('a flood of calls', () => {
  test('the honest twin: a few calls', async () => {
    expect(await attacked([CALL, CALL])).toEqual({ mallory: { served: 2 }, bob: { served: 1 } });
  });

  test.each([
    ['many particles', Array.from({ length: 20 }, () => CALL)],
    ['one particle of many calls', [times(20, CALL)]],
    [
      'particles that others carry',
      Array.from(
        { length: 20 },
        (_, i) => `(seq (call "${i % 2 ? 'bob' : 'carol'}" ("op" "noop") []) ${CALL})`,
      ),
    ],
  ])('%s', async (what, scripts) => {
    const { mallory, bob } = await attacked(scripts);
    const { served, ERR_CALL_LIMIT: limited } = mallory;
    expect([what, limited, bob]).toEqual([what, 17, { served: 1 }]);
    expect((served ?? 0) % 20).toBe(3);
  });
});
