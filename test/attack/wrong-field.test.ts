import { describe, expect, it } from 'vitest';
import { ask, postOnBlog } from '../support/blog-world.ts';
import { denial, TAKE_THE_FIELD } from '../support/launder.ts';

// Goal:    the Blog takes a post from somebody who is not an admin.
// Means:   another part of Auth's answer: a field that is `true`, or the whole, which is not `false`.
// Refused: by expectOrigin: the getter of a tetraplet names the part.
const AUTHS = (argument: string): string => ask('alice', 'authSrv', 'get_status', argument);

describe('the wrong field', () => {
  it('honest twin: the right one', async () => {
    const { verdict, posts } = await postOnBlog(AUTHS('status.$.is_admin'), { admins: ['mallory'] });
    expect([verdict, posts.length]).toEqual(['served result', 1]);
  });

  it('honest twin: the right field is `false`, and the Blog reads it', async () => {
    const { verdict, text, posts } = await postOnBlog(AUTHS('status.$.is_admin'));
    expect([verdict, text, posts]).toEqual(['failed handler ERR_CALL_FAILED', 'only admins may post', []]);
  });

  it.each([
    ['one that is `true`', 'status.$.is_misbehaving', '.$.is_misbehaving'],
    ['the whole answer', 'status', "''"],
  ])('is denied: %s', async (_, argument, getter) => {
    const { verdict, text, posts } = await postOnBlog(AUTHS(argument));
    expect([verdict, posts]).toEqual(['denied guards ERR_CALL_DENIED_GUARD', []]);
    expect(text).toBe(denial(`(alice, authSrv, get_status, ${getter})`, TAKE_THE_FIELD));
  });
});
