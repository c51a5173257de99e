import { describe, expect, it } from 'vitest';
import { ask, postOnBlog } from '../support/blog-world.ts';
import { denial } from '../support/launder.ts';

// Goal:    the Blog takes a post from somebody who is not an admin.
// Means:   mallory runs an Auth of her own, which says `true` of everybody, and asks that one.
// Refused: by expectOrigin: a tetraplet names the peer that has signed the answer.
describe('the right service on the wrong peer', () => {
  it('honest twin: the Auth that the Blog believes', async () => {
    const script = ask('alice', 'authSrv', 'get_status', 'status.$.is_admin');
    const { verdict, posts } = await postOnBlog(script, { admins: ['mallory'] });
    expect([verdict, posts.length]).toEqual(['served result', 1]);
  });

  it('is denied', async () => {
    const script = ask('mallory', 'authSrv', 'get_status', 'status.$.is_admin');
    const { verdict, text, posts } = await postOnBlog(script);
    expect([verdict, posts]).toEqual(['denied guards ERR_CALL_DENIED_GUARD', []]);
    expect(text).toBe(denial('(mallory, authSrv, get_status, .$.is_admin)'));
  });

  it('is denied although the right peer was called, too', async () => {
    const script = `(seq (call "alice" ("authSrv" "get_status") [] right)
      ${ask('mallory', 'authSrv', 'get_status', 'status.$.is_admin')})`;
    expect((await postOnBlog(script)).text).toBe(denial('(mallory, authSrv, get_status, .$.is_admin)'));
  });
});
