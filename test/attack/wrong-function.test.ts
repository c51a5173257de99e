import { describe, expect, it } from 'vitest';
import { blog, defineService, startService } from '../../services/index.ts';
import { idOf, withIds, withNames } from '../support/cast.ts';
import { denial } from '../support/launder.ts';
import { World } from '../support/world.ts';

// Goal:    the Blog takes a post from somebody who is not an admin.
// Means:   another function of the right service on the right peer, whose answer has a field of that name.
// Refused: by expectOrigin: a tetraplet names the function that has answered.
async function postWith(fn: string) {
  const world = new World();
  const answer = (is_admin: boolean) => ({ arguments: {}, guards: {}, handler: () => ({ is_admin }) });
  const functions = { get_status: answer(true), get_wishes: answer(true) };
  world.add('alice', { services: [startService(defineService({ id: 'authSrv', functions }))] });
  const guarded = startService(blog({ authPeer: idOf('alice') }));
  world.add('bob', { services: [guarded] });
  const script = `(seq (call "alice" ("authSrv" "${fn}") [] status)
    (call "bob" ("blogSrv" "add_post") ["spam" status.$.is_admin]))`;
  world.add('mallory').run(withIds(script));
  await world.simulation.settle();
  const decision = world.calls.find(({ request }) => request.serviceId === 'blogSrv')?.decision;
  return { decision, posts: guarded.state.posts };
}

describe('the wrong function of the right service', () => {
  it('honest twin: the right one', async () => {
    const { decision, posts } = await postWith('get_status');
    expect([decision?.kind, posts.length]).toEqual(['served', 1]);
  });

  it('is denied', async () => {
    const { decision, posts } = await postWith('get_wishes');
    expect(decision).toMatchObject({ kind: 'denied', stage: 'guards', code: 'ERR_CALL_DENIED_GUARD' });
    expect(posts).toEqual([]);
    expect(decision?.kind === 'denied' && withNames(decision.text)).toBe(
      denial('(alice, authSrv, get_wishes, .$.is_admin)'),
    );
  });
});
