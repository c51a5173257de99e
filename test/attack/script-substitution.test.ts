import { describe, expect, it } from 'vitest';
import { RetCode } from '../../interpreter/index.ts';
import { signParticle } from '../../peer/index.ts';
import { auth, blog, startService } from '../../services/index.ts';
import { Bench } from '../support/bench.ts';
import { idOf, signer, withIds } from '../support/cast.ts';
import { POSTING } from '../support/posting.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';
import { World } from '../support/world.ts';

// Goal:    what alice answered for one script counts for another one, of which the calls look the same.
// Means:   mallory starts both under one particle id and carries the data from one to the other.
// Refused: by verifyLogSignature, as the particle's signature covers the script; a peer keeps the two apart, by signature.
const OTHER = POSTING.replace('"hello"', '"spam"');

function answered(script: string): Bench {
  const bench = new Bench(script, { init: 'mallory' });
  bench.run('alice');
  bench.run('alice', { results: { 1: '{"is_admin":true}' } });
  return bench;
}

describe('one particle id, two scripts', () => {
  it('honest twin: each with its own data', () => {
    const outcomes = [POSTING, OTHER].map(script => answered(script).deliver('alice', 'bob'));
    expect(outcomes.flatMap(requestsOf)).toEqual([
      ['add_post', ['hello', true]],
      ['add_post', ['spam', true]],
    ]);
  });

  it('the data of one is refused under the other', () => {
    const other = new Bench(OTHER, { init: 'mallory' });
    const outcome = other.run('bob', { current: answered(POSTING).data('alice') });
    expectRefused(outcome, RetCode.signatureMismatch, {
      text: 'does not cover its log of length 1 in this particle',
    });
  });

  it('on a peer the two are two executions, whatever is carried from one to the other', async () => {
    const world = new World();
    world.add('alice', { services: [startService(auth({ admins: [idOf('mallory')] }))] });
    world.add('bob', { services: [startService(blog({ authPeer: idOf('alice') }))] });
    const wire = world.simulation.network.join(idOf('mallory'));
    let carried = new Uint8Array(0);
    world.simulation.network.intercept(({ from, to, particle }) => {
      if (from !== idOf('alice') || to !== idOf('bob')) return particle;
      if (carried.length === 0) carried = new Uint8Array(particle.data);
      return { ...particle, data: carried };
    });
    for (const script of [POSTING, OTHER]) {
      const header = { id: 'same', timestamp: 1_700_000_000_000, ttl: 7000, script: withIds(script) };
      void wire.send(idOf('alice'), signParticle(signer('mallory'), header));
    }
    await world.simulation.settle();
    const posts = world.calls.filter(({ request }) => request.functionName === 'add_post');
    expect(posts.map(({ request }) => request.arguments)).toEqual([['hello', true]]);
    expect(world.refusals).toMatchObject([{ code: 'ERR_RUN_9', peerId: idOf('bob') }]);
  });
});
