import { describe, expect, test } from 'vitest';
import { blog, defineService, each, expectOrigin } from '../../services/index.ts';
import type { JsonValue, Tetraplet } from '../../interpreter/index.ts';
import { z } from 'zod';
import { AUTH, MALLORY, literal, summary, tetraplet, valueOf, world } from '../unit/services/harness.ts';

// Goal:    a post on a blog on which only admins may write.
// Means:   a value `true` that is not Auth's answer about the init peer, in every disguise a script can give it.
// Refused: by the guard of the argument.
const genuine = tetraplet(AUTH, 'authSrv', 'get_status', '.$.is_admin');
const DENIED = 'denied guards ERR_CALL_DENIED_GUARD';

describe('add_post', () => {
  async function post(is_admin: { value: JsonValue; from: readonly Tetraplet[]; whole?: boolean }) {
    const it = world([blog({ authPeer: AUTH })]);
    const args = [{ value: 'spam' }, is_admin];
    const decision = await it.call({ by: MALLORY, service: 'blogSrv', fn: 'add_post', args });
    const posts = valueOf(await it.call({ service: 'blogSrv', fn: 'list_posts' })) as unknown[];
    return [summary(decision), posts.length];
  }

  test('the honest twin: Auth’s own answer', async () => {
    expect(await post({ value: true, from: [genuine] })).toEqual(['served result', 1]);
  });

  test.each([
    ['a literal', [literal(MALLORY)]],
    ['a literal that claims the host', [literal('host')]],
    ['a service of the same name on another peer', [{ ...genuine, peerId: MALLORY }]],
    ['another service on Auth’s peer', [{ ...genuine, serviceId: 'op' }]],
    ['another function of Auth', [{ ...genuine, functionName: 'identity' }]],
    ['another field of the answer', [{ ...genuine, getter: '.$.is_misbehaving' }]],
    ['the whole answer', [{ ...genuine, getter: '' }]],
    ['a field of the field', [{ ...genuine, getter: '.$.is_admin.x' }]],
    ['the field’s length', [{ ...genuine, getter: '.$.is_admin.length' }]],
    ['the error of a failed call', [{ ...genuine, getter: ':error:' }]],
    ['the same field of that error', [{ ...genuine, getter: ':error:.$.is_admin' }]],
    ['no origin', []],
    ['the genuine origin and another', [genuine, literal(MALLORY)]],
    ['the genuine origin twice', [genuine, genuine]],
    ['parts that only look alike', [{ ...genuine, serviceId: 'authSrv ' }]],
    ['parts that run into each other', [{ ...genuine, serviceId: 'authSrv, get_status', functionName: '' }]],
  ])('%s', async (_, from) => {
    expect(await post({ value: true, from })).toEqual([DENIED, 0]);
  });

  test('a whole canon of one element, which has one tetraplet too', async () => {
    expect(await post({ value: [true], from: [genuine], whole: true })).toEqual([DENIED, 0]);
  });

  test('left out', async () => {
    const it = world([blog({ authPeer: AUTH })]);
    const decision = await it.call({ service: 'blogSrv', fn: 'add_post', args: [{ value: 'spam' }] });
    expect(summary(decision)).toBe('refused arguments ERR_CALL_ARGUMENTS');
  });

  test('an optional argument that is left out has no origin', async () => {
    const service = defineService({
      id: 's',
      functions: {
        f: {
          arguments: { token: z.boolean().optional() },
          guards: { token: expectOrigin(AUTH, 'authSrv', 'get_status', '.$.is_admin') },
          handler: () => null,
        },
      },
    });
    expect(summary(await world([service]).call({ service: 's', fn: 'f' }))).toBe(DENIED);
  });
});

describe('a canon, guarded by each', () => {
  const service = defineService({
    id: 'poll',
    functions: {
      count: {
        arguments: { votes: z.array(z.unknown()) },
        guards: { votes: each(expectOrigin(AUTH, 'authSrv', 'get_status', '.$.is_admin')) },
        handler: ({ votes }) => votes.length,
      },
    },
  });
  const count = async (value: JsonValue, from: readonly Tetraplet[]) =>
    summary(await world([service]).call({ service: 'poll', fn: 'count', args: [{ value, from }] }));

  test('the honest twin', async () => {
    expect(await count([true, false], [genuine, genuine])).toBe('served result');
  });

  test.each([
    ['one bad element', [true, true, true], [genuine, literal(MALLORY), genuine]],
    ['nothing at all', [], []],
    ['an array that is one value of the right producer', [true, true], [genuine]],
    ['more values than origins', [true, true, true], [genuine, genuine]],
    ['more origins than values', [true], [genuine, genuine]],
  ] as [string, JsonValue, Tetraplet[]][])('%s', async (_, value, from) => {
    expect(await count(value, from)).toBe(DENIED);
  });
});
