import { expect, it } from 'vitest';
import { verifyEquivocation } from '../../../interpreter/index.ts';
import type { Particle } from '../../../peer/index.ts';
import { idOf } from '../../support/cast.ts';
import { Forgery } from '../../support/forge.ts';
import { SignedBench } from '../../support/signed-bench.ts';
import { NOW } from '../../support/stranger.ts';
import { World } from '../../support/world.ts';

const SCRIPT = '(seq (call "mallory" ("s" "vote") [] v) (call "bob" ("s" "got") [v]))';

/** The particle with mallory's answer. */
function voted(answer: string): Particle {
  const bench = new SignedBench(SCRIPT, { timestamp: NOW, ttl: 7000 });
  bench.run('mallory');
  bench.run('mallory', { results: { 1: answer } });
  const { data } = new Forgery(bench, bench.data('mallory'));
  expect(data.logs.size).toBe(1);
  return { ...bench.particle, data: bench.data('mallory') };
}

it('gives observers the evidence against a peer with two histories once, and refuses every copy', async () => {
  const world = new World();
  world.add('bob');
  const wire = world.simulation.network.join(idOf('mallory'));
  for (const answer of ['"yes"', '"no"', '"no"', '"perhaps"']) {
    void wire.send(idOf('bob'), voted(answer));
    await world.simulation.settle();
  }
  expect(world.refusals.map(({ code }) => code)).toEqual(['ERR_RUN_14', 'ERR_RUN_14', 'ERR_RUN_14']);
  const [first, ...others] = world.refusals.map(({ evidence }) => evidence);
  expect(others).toEqual([undefined, undefined]);
  expect(verifyEquivocation(first as Uint8Array)).toMatchObject({
    peerId: idOf('mallory'),
    conflict: 'site',
  });
});
