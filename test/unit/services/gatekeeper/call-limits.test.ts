import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import {
  createDispatcher,
  createRegistry,
  defineService,
  startService,
  type Acl,
} from '../../../../services/index.ts';
import {
  ALICE,
  BOB,
  CAROL,
  HOST,
  incoming,
  summary,
  textOf,
  valueOf,
  VirtualClock,
  world,
} from '../harness.ts';

const slow = () =>
  defineService({
    id: 's',
    functions: {
      f: { arguments: { x: z.string().optional() }, guards: {}, handler: () => 'served' },
      wait: {
        arguments: {},
        guards: {},
        handler: (_, { signal }) =>
          new Promise<null>(resolve => signal.addEventListener('abort', () => resolve(null))),
        timeoutMs: 1000,
      },
      stop: { arguments: {}, guards: {}, management: true, handler: () => 'stopped' },
    },
  });
const rules: Acl['rules'] = [];
const f = { service: 's', fn: 'f' };

describe('limits of calls', () => {
  it('by rate: each init peer by itself; a refused call takes nothing', async () => {
    const clock = new VirtualClock();
    const it1 = world([slow()], {
      clock,
      acl: { rules, limits: [{ service: 's', functions: ['f'], rate: { calls: 2, perMs: 1000 } }] },
    });
    const kinds = [];
    for (let i = 0; i < 5; i++) kinds.push((await it1.call(f)).kind);
    expect(kinds).toEqual(['served', 'served', 'refused', 'refused', 'refused']);
    const refused = await it1.call(f);
    expect(refused).toMatchObject({ stage: 'limits', code: 'ERR_CALL_LIMIT', retryAfterMs: 500 });
    expect(textOf(refused)).toBe('`s.f`: too many calls; try again in 500 ms');
    expect(summary(await it1.call({ ...f, by: BOB }))).toBe('served result');
    await clock.advance(500);
    expect(summary(await it1.call(f))).toBe('served result');
    expect(summary(await it1.call(f))).toBe('refused limits ERR_CALL_LIMIT');
  });

  it('by calls at a time, which end with the call', async () => {
    const clock = new VirtualClock();
    const it1 = world([slow()], { clock, acl: { rules, limits: [{ service: '*', concurrent: 1 }] } });
    const first = it1.call({ service: 's', fn: 'wait' });
    expect(textOf(await it1.call(f))).toBe('`s.f`: too many calls at a time');
    expect(valueOf(await it1.call({ ...f, by: BOB }))).toBe('served');
    await clock.advance(1000);
    await first;
    expect(valueOf(await it1.call(f))).toBe('served');
  });

  it('by size of the arguments, of one call and of all', async () => {
    const clock = new VirtualClock();
    const limits = [{ service: 's', size: 100, sizes: { size: 150, perMs: 1000 } }];
    const it1 = world([slow()], { clock, acl: { rules, limits } });
    const of = (size: number) => ({ ...f, args: [{ value: 'x'.repeat(size) }] });
    expect(textOf(await it1.call(of(200)))).toBe('`s.f`: too large');
    expect(valueOf(await it1.call(of(90)))).toBe('served');
    expect(textOf(await it1.call(of(90)))).toMatch(/too many large calls; try again in \d+ ms/);
    await clock.advance(1000);
    expect(valueOf(await it1.call(of(90)))).toBe('served');
  });

  it('counts drops, and logs them at a bounded rate', async () => {
    const clock = new VirtualClock();
    const logged: Record<string, unknown>[] = [];
    const dispatcher = createDispatcher({
      peerId: HOST,
      registry: createRegistry([startService(slow())]),
      clock,
      acl: { rules, limits: [{ service: 's', rate: { calls: 1, perMs: 1_000_000 } }] },
      logger: { warn: (_, fields) => void logged.push(fields) },
    });
    for (let i = 0; i < 200; i++) await dispatcher.dispatch(incoming('f', 1e9));
    expect(dispatcher.counts).toEqual({ served: 1, ERR_CALL_LIMIT: 199 });
    expect(logged).toHaveLength(60);
    expect(logged[0]).toEqual({
      serviceId: 's',
      functionName: 'f',
      initPeerId: ALICE,
      particleId: 'p',
      code: 'ERR_CALL_LIMIT',
    });
    await clock.advance(60_000);
    await dispatcher.dispatch(incoming('f', 1e9));
    expect(logged[60]).toMatchObject({ leftOut: 139 });
  });
});

describe('access lists that deny what they do not allow', () => {
  const allow = (rule: object = {}) => ({
    effect: 'allow' as const,
    initPeers: [ALICE],
    service: 's',
    ...rule,
  });
  const acl = (...all: Acl['rules']): Acl => ({ default: 'deny', hide: false, rules: all });

  test.each<readonly [string, Acl, object, string]>([
    ['nothing is open', acl(), f, 'denied gatekeeper ERR_CALL_DENIED_ACL'],
    ['what is named is open', acl(allow()), f, 'served result'],
    ['to whom it is named', acl(allow()), { ...f, by: BOB }, 'denied gatekeeper ERR_CALL_DENIED_ACL'],
    [
      'management stays closed to all',
      acl(allow({ initPeers: '*' })),
      { ...f, fn: 'stop' },
      'denied gatekeeper ERR_CALL_DENIED_ACL',
    ],
    ['the owner may', acl(), { ...f, by: HOST }, 'served result'],
    ['by sender', acl(allow({ senders: [BOB] })), { ...f, sender: BOB }, 'served result'],
    [
      'by another sender',
      acl(allow({ senders: [BOB] })),
      { ...f, sender: CAROL },
      'denied gatekeeper ERR_CALL_DENIED_ACL',
    ],
    [
      'by a sender that is not known',
      acl(allow({ senders: [BOB] })),
      f,
      'denied gatekeeper ERR_CALL_DENIED_ACL',
    ],
    ['by a calling service', acl(allow({ callers: ['vault'] })), { ...f, caller: 'vault' }, 'served result'],
    [
      'by a script, where a service is named',
      acl(allow({ callers: ['vault'] })),
      f,
      'denied gatekeeper ERR_CALL_DENIED_ACL',
    ],
  ])('%s', async (_, list, call, verdict) => {
    expect(summary(await world([slow()], { acl: list }).call({ service: 's', fn: 'f', ...call }))).toBe(
      verdict,
    );
  });

  it('denies by sender also when the sender is not known', async () => {
    const list: Acl = { rules: [{ effect: 'deny', initPeers: '*', service: 's', senders: [BOB] }] };
    const of = async (sender?: string) =>
      (await world([slow()], { acl: list }).call({ ...f, ...(sender && { sender }) })).kind;
    expect([await of(BOB), await of(), await of(CAROL)]).toEqual(['denied', 'denied', 'served']);
  });

  it('leaves services of the particle itself alone', async () => {
    const own = startService(slow());
    const scope = { find: (id: string) => (id === 's' ? own : undefined) };
    expect(valueOf(await world([], { acl: acl() }).call({ ...f, scope }))).toBe('served');
  });
});
