import { describe, expect, test } from 'vitest';
import { auth, authStatus, blog } from '../../../../services/index.ts';
import { ALICE, AUTH, BOB, HOST, MALLORY, summary, tetraplet, textOf, valueOf, world } from '../harness.ts';

describe('authSrv', () => {
  const it = world([auth({ admins: [ALICE], misbehaving: [MALLORY] })]);

  test.each([
    [ALICE, { is_admin: true, is_misbehaving: false }],
    [BOB, { is_admin: false, is_misbehaving: false }],
    [MALLORY, { is_admin: false, is_misbehaving: true }],
  ])('speaks about the init peer: %s', async (by, status) => {
    expect(valueOf(await it.call({ by, service: 'authSrv', fn: 'get_status' }))).toEqual(status);
  });

  test('the owner grants and revokes', async () => {
    const own = world([auth({ admins: [] })]);
    const status = async () =>
      (valueOf(await own.call({ by: BOB, service: 'authSrv', fn: 'get_status' })) as { is_admin: boolean })
        .is_admin;
    for (const [fn, after] of [
      ['grant', true],
      ['grant', true],
      ['revoke', false],
    ] as const) {
      await own.call({ by: HOST, service: 'authSrv', fn, args: [{ value: BOB }] });
      expect(await status()).toBe(after);
    }
    expect(
      summary(await own.call({ by: BOB, service: 'authSrv', fn: 'grant', args: [{ value: BOB }] })),
    ).toBe('denied gatekeeper ERR_CALL_DENIED_ACL');
  });
});

describe('auth-status', () => {
  test.each([
    ['its own peer’s Auth', authStatus(), HOST],
    ['a given peer’s Auth', authStatus({ authPeer: AUTH }), AUTH],
  ])('believes %s', async (_, service, authPeer) => {
    const it = world([service]);
    const check = (peerId: string, value: boolean) =>
      it.call({
        service: 'auth-status',
        fn: 'check',
        args: [{ value, from: [tetraplet(peerId, 'authSrv', 'get_status', '.$.is_admin')] }],
      });
    expect(valueOf(await check(authPeer, true))).toEqual({ ok: true });
    expect(valueOf(await check(authPeer, false))).toEqual({ ok: false });
    expect(summary(await check(MALLORY, true))).toBe('denied guards ERR_CALL_DENIED_GUARD');
  });
});

describe('blogSrv', () => {
  const isAdmin = (value: boolean) => ({
    value,
    from: [tetraplet(AUTH, 'authSrv', 'get_status', '.$.is_admin')],
  });

  test('an admin posts, everybody reads', async () => {
    const it = world([blog({ authPeer: AUTH })]);
    const add = (text: string, admin: boolean) =>
      it.call({ service: 'blogSrv', fn: 'add_post', args: [{ value: text }, isAdmin(admin)] });
    expect(valueOf(await add('hello', true))).toBe(1);
    expect(textOf(await add('me too', false))).toBe('only admins may post');
    expect(valueOf(await it.call({ by: BOB, service: 'blogSrv', fn: 'list_posts' }))).toEqual([
      { id: 1, author: ALICE, text: 'hello' },
    ]);
  });

  test('a literal `true` is not Auth’s answer', async () => {
    const it = world([blog({ authPeer: AUTH })]);
    const decision = await it.call({
      by: MALLORY,
      service: 'blogSrv',
      fn: 'add_post',
      args: [{ value: 'spam' }, { value: true }],
    });
    expect(textOf(decision).split('\n')).toEqual([
      'denied `blogSrv.add_post`',
      '  argument `is_admin` has the wrong origin',
      '    expected (auth-peer, authSrv, get_status, .$.is_admin)',
      "    found    (mallory, '', '', '')",
      '    hint     pass the result of `authSrv.get_status`, not a value that the script wrote or composed',
    ]);
  });
});
