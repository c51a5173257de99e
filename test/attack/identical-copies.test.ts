import { describe, expect, it } from 'vitest';
import { sha256, type Step } from '../../interpreter/index.ts';
import { signParticle, type Particle } from '../../peer/index.ts';
import { idOf, signer, withIds } from '../support/cast.ts';
import { Survivor } from '../support/crash.ts';
import { Stage } from '../support/stage.ts';

// Goal:    bob works on one particle until he has no time for others.
// Means:   a stranger hands over the same copy again and again: a good one that costs long, or a bad one.
// Refused: a copy that was interpreted already is known by its hash and is not run (peer/runs.ts, peer/copy-memory.ts).
async function bobGets(copies: (particle: Particle) => readonly Particle[], pauses = false) {
  const stage = new Stage();
  const ports = () => ({ clock: stage.clock, transport: stage.network.join(idOf('bob')) });
  const bob = new Survivor('bob', ports);
  await bob.start();
  const particle = signParticle(signer('alice'), {
    id: 'p',
    timestamp: stage.clock.now(),
    ttl: 7000,
    script: withIds('(seq (call "bob" ("op" "identity") [1] x) (call "carol" ("op" "identity") [x]))'),
  });
  const wire = stage.network.join(idOf('mallory'));
  const reports: Promise<unknown>[] = [];
  for (const copy of copies(particle)) {
    reports.push(wire.send(idOf('bob'), copy));
    if (pauses) await stage.pass(10);
  }
  await stage.end(Promise.all(reports));
  await stage.turns();
  return {
    steps: bob.steps,
    reports: (await Promise.all(reports)) as { ok: boolean }[],
    refusals: bob.refusals,
  };
}

const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const withCopies = (steps: readonly Step[]): number =>
  steps.filter(({ input }) => input.currentData.length > 0).length;

describe('one copy delivered many times', () => {
  it.each([false, true])(
    'honest twin: it runs once, and every sender hears so; with pauses: %s',
    async pauses => {
      const { steps, reports, refusals } = await bobGets(particle => times(8, particle), pauses);
      expect(reports).toEqual(times(8, { ok: true }));
      // One run for the particle, one for the answer of bob's own service.
      expect([steps.length, refusals]).toEqual([2, []]);
    },
  );

  it.each([false, true])(
    'a bad one is verified once, and refused each time; with pauses: %s',
    async pauses => {
      const bad = Uint8Array.of(1, 2, 3);
      const { steps, reports, refusals } = await bobGets(
        particle => [particle, ...times(20, { ...particle, data: bad })],
        pauses,
      );
      expect(reports.map(({ ok }) => ok)).toEqual([true, ...times(20, false)]);
      expect(refusals.map(({ code, from }) => [code, from])).toEqual(
        times(20, ['ERR_RUN_2', idOf('mallory')]),
      );
      // Again only when bob's own data has changed in between.
      expect(withCopies(steps)).toBeLessThanOrEqual(2);
    },
  );

  it('others are not a copies: each bad one is looked at', async () => {
    const { steps, refusals } = await bobGets(particle => [
      particle,
      ...[1, 2, 3].map(n => ({ ...particle, data: sha256(String(n)) })),
    ]);
    expect([withCopies(steps), refusals.length]).toEqual([3, 3]);
  });
});
