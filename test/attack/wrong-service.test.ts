import { describe, expect, it } from 'vitest';
import { ask, postOnBlog } from '../support/blog-world.ts';
import { denial, PASS_THE_RESULT } from '../support/launder.ts';

// Goal:    the Blog takes a post from somebody who is not an admin.
// Means:   another service says `true`: one of mallory's own, one of everybody's, or another one on Auth's peer.
// Refused: by expectOrigin: a tetraplet names the service that has answered.
describe('the wrong service', () => {
  it('honest twin: Auth', async () => {
    const script = ask('alice', 'authSrv', 'get_status', 'status.$.is_admin');
    const { verdict, posts } = await postOnBlog(script, { admins: ['mallory'] });
    expect([verdict, posts.length]).toEqual(['served result', 1]);
  });

  it.each([
    [
      'another one on Auth’s peer, with the same function',
      ask('alice', 'otherSrv', 'get_status', 'status.$.is_admin'),
      denial('(alice, otherSrv, get_status, .$.is_admin)'),
    ],
    [
      'one of the init peer, without a name',
      ask('mallory', '', 'get_status', 'status.$.is_admin'),
      denial("(mallory, '', get_status, .$.is_admin)", PASS_THE_RESULT),
    ],
    [
      'one of the init peer, which gives the expected answer',
      ask('mallory', '', 'get_true', 'status'),
      denial("(mallory, '', get_true, '')", PASS_THE_RESULT),
    ],
    [
      'one that every peer has, on Auth’s peer, which returns its argument',
      `(seq (call "alice" ("op" "identity") [true] x) (call "bob" ("blogSrv" "add_post") ["spam" x]))`,
      denial("(alice, op, identity, '')"),
    ],
    [
      'one that every peer has, on the Blog’s own peer',
      `(seq (call "bob" ("op" "identity") [true] x) (call "bob" ("blogSrv" "add_post") ["spam" x]))`,
      denial("(bob, op, identity, '')"),
    ],
  ])('is denied: %s', async (_, script, expected) => {
    const { verdict, text, posts } = await postOnBlog(script);
    expect([verdict, posts]).toEqual(['denied guards ERR_CALL_DENIED_GUARD', []]);
    expect(text).toBe(expected);
  });
});
