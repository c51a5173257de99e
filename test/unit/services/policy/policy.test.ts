import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  createPolicySet,
  defineService,
  expectLiteral,
  parsePolicy,
  startService,
  type PolicyFile,
} from '../../../../services/index.ts';
import { ALICE, AUTH, BOB, HOST, MALLORY, START_MS, VirtualClock, originOf } from '../harness.ts';
import { summary, tetraplet, textOf, valueOf, world, type Given } from '../harness.ts';

const format = 'beryl/policy/1' as const;
const bank = () =>
  startService(
    defineService({
      id: 'bank',
      functions: {
        pay: {
          arguments: { to: z.json(), amount: z.json() },
          guards: { amount: expectLiteral() },
          handler: () => 'paid',
        },
        balance: { arguments: {}, guards: {}, handler: () => 100 },
      },
    }),
  );

const literal = (value: Given['value']): Given => ({ value });
const fromBook: Given = { value: 'x', from: [tetraplet(ALICE, 'book', 'find', '.$.account')] };
const pay = (to: Given = literal('Ada'), by = ALICE) => ({
  by,
  service: 'bank',
  fn: 'pay',
  args: [to, literal(1)],
});

type Rule = Omit<PolicyFile['rules'][number], 'id' | 'service'>;
const policyOf = (rule: Rule, more: Partial<PolicyFile> = {}) =>
  createPolicySet({ format, ...more, rules: [{ id: 'r', service: 'bank', ...rule }] });

describe('conditions of a rule', () => {
  const first = { peer: 'init', service: 'book', function: 'find', getter: '.$.account' };
  it.each<readonly [string, Rule, Given | undefined, string | undefined]>([
    [
      'an origin without record',
      { functions: ['pay'], arguments: { to: { from: first } } },
      { ...fromBook, from: [tetraplet(ALICE, 'book', 'find', '.$.account')] },
      'has no signed record',
    ],
    [
      'another origin',
      { functions: ['pay'], arguments: { to: { from: first } } },
      literal('Ada'),
      'has the wrong origin',
    ],
    ['a literal', { functions: ['pay'], arguments: { to: { literal: true } } }, literal('Ada'), undefined],
    [
      'no literal',
      { functions: ['pay'], arguments: { to: { literal: true } } },
      fromBook,
      'is not a literal',
    ],
    [
      'one of these literals',
      { functions: ['pay'], arguments: { to: { literal: ['Ada', { a: 1 }] } } },
      literal({ a: 1 }),
      undefined,
    ],
    [
      'another literal',
      { functions: ['pay'], arguments: { to: { literal: ['Ada'] } } },
      literal('Bob'),
      'has the wrong value',
    ],
    [
      'a value of any origin',
      { functions: ['pay'], arguments: { to: { value: ['x'] } } },
      fromBook,
      undefined,
    ],
    [
      'another value',
      { functions: ['pay'], arguments: { to: { value: ['y'] } } },
      fromBook,
      'has the wrong value',
    ],
    [
      'an alternative',
      { functions: ['pay'], arguments: { to: { anyOf: [{ literal: true }, { from: first }] } } },
      literal('Ada'),
      undefined,
    ],
    [
      'no alternative',
      { functions: ['pay'], arguments: { to: { anyOf: [{ literal: ['Bob'] }, { from: first }] } } },
      literal('Ada'),
      'satisfies no alternative',
    ],
    [
      'several',
      { functions: ['pay'], arguments: { to: { allOf: [{ literal: true }, { value: ['Ada'] }] } } },
      literal('Ada'),
      undefined,
    ],
    [
      'elements',
      { functions: ['pay'], arguments: { to: { each: { literal: true } } } },
      literal('Ada'),
      'is not a canon stream',
    ],
    [
      'what it was computed from',
      { functions: ['pay'], arguments: { to: { derivedOnlyFrom: [{ literal: true }] } } },
      literal('Ada'),
      undefined,
    ],
    ['init peers', { initPeers: [BOB, 'host'] }, undefined, 'is another peer'],
    ['the init peer itself', { initPeers: ['init'] }, undefined, undefined],
    ['an age', { maxAgeMs: 1 }, undefined, undefined],
  ])('%s', async (_, rule, to, why) => {
    const decision = await world([bank()], { policies: policyOf(rule) }).call(pay(to));
    if (why === undefined) expect(valueOf(decision)).toBe('paid');
    else expect(textOf(decision)).toContain(why);
  });

  it('reach down to the arguments of earlier calls', async () => {
    const rule: Rule = {
      functions: ['pay'],
      arguments: {
        to: {
          from: {
            peer: 'init',
            service: 'book',
            function: 'find',
            anyPart: true,
            whose: { 0: { literal: true } },
          },
        },
      },
    };
    const policies = policyOf(rule);
    const behind = (name: ReturnType<typeof originOf>) => ({
      ...originOf(tetraplet(ALICE, 'book', 'find', '.$.account')),
      record: 'ab',
      arguments: [name],
    });
    const check = (origin: ReturnType<typeof behind>) =>
      policies.policy.check({
        facts: {
          peerId: HOST,
          initPeerId: ALICE,
          particleId: 'p',
          timestamp: 0,
          ttl: 1,
          serviceId: 'bank',
          functionName: 'pay',
          now: () => 0,
        },
        arguments: new Map([
          [
            'to',
            { value: 'x', valueJson: '"x"', tetraplets: [origin.tetraplet], elementwise: false, origin },
          ],
        ]),
      }).denied;
    expect(check(behind(originOf(tetraplet(ALICE, '', ''))))).toEqual([]);
    expect(check(behind(originOf(tetraplet(MALLORY, 'mail', 'latest'))))[0]?.arguments[0]?.reason.kind).toBe(
      'whose',
    );
  });
});

describe('a policy', () => {
  it('tightens only: what a guard denies stays denied', async () => {
    const args = [literal('Ada'), { value: 1, from: [tetraplet(AUTH, 'a', 'b')] }];
    const policies = policyOf({ functions: ['pay'], arguments: { amount: { value: [1] } } });
    const decision = await world([bank()], { policies }).call({ service: 'bank', fn: 'pay', args });
    expect(summary(decision)).toBe('denied guards ERR_CALL_DENIED_GUARD');
  });

  it('decides although guards are off', async () => {
    const policies = policyOf({ initPeers: [BOB] });
    const decision = await world([bank()], { policies, guardMode: 'off' }).call(pay());
    expect(summary(decision)).toBe('denied policy ERR_CALL_DENIED_POLICY');
  });

  it('explains itself, and names rule and rule set in each decision', async () => {
    const policies = createPolicySet({
      format,
      rules: [
        {
          id: 'known-payees',
          service: 'bank',
          functions: ['pay'],
          because: 'payees are in the book',
          note: 'ticket 7',
          arguments: { to: { from: { peer: AUTH, service: 'book', function: 'find', getter: '' } } },
        },
        { id: 'bob-only', service: '*', initPeers: [BOB] },
        { id: 'other', service: 'mail', initPeers: [BOB] },
      ],
    });
    const it1 = world([bank()], { policies });
    const decision = await it1.call(pay());
    expect(textOf(decision)).toBe(`denied \`bank.pay\`
  policy rule \`known-payees\`: payees are in the book
    argument \`to\` has the wrong origin
      expected (auth-peer, book, find, '')
      found    (alice, '', '', '')
      hint     pass the result of \`book.find\`, not a value that the script wrote or composed
  policy rule \`bob-only\`
    caller is another peer
      expected bob
      found    alice`);
    expect(decision).toMatchObject({
      denial: {
        serviceId: 'bank',
        functionName: 'pay',
        policy: [{ rule: 'known-payees' }, { rule: 'bob-only' }],
      },
      policy: { hash: policies.policy.hash, rules: ['known-payees', 'bob-only'] },
    });
    expect(await it1.call({ by: BOB, service: 'bank', fn: 'balance' })).toMatchObject({
      kind: 'served',
      policy: { hash: policies.policy.hash, rules: ['bob-only'] },
    });
    expect(policies.report()).toEqual([
      { rule: 'known-payees', mode: 'enforce', covered: 1, denied: 1, noted: 0 },
      { rule: 'bob-only', mode: 'enforce', covered: 2, denied: 1, noted: 0 },
      { rule: 'other', mode: 'enforce', covered: 0, denied: 0, noted: 0 },
    ]);
  });

  it.each([
    ['because', 'denied `bank.pay`\n  no'],
    ['nothing', 'denied `bank.pay`'],
  ] as const)('tells the caller %s; the operator sees all', async (tell, text) => {
    const policies = policyOf({ initPeers: [BOB], because: 'no' }, { tell });
    const decision = await world([bank()], { policies }).call(pay());
    expect(textOf(decision)).toBe(text);
    expect(decision).toMatchObject({ denial: { policy: [{ caller: { kind: 'caller', expected: [BOB] } }] } });
  });

  it('notes in mode `monitor`, and says nothing in mode `off`', async () => {
    const noted = await world([bank()], {
      policies: policyOf({ initPeers: [BOB] }, { mode: 'monitor' }),
    }).call(pay());
    expect(noted).toMatchObject({ kind: 'served', denial: { policy: [{ rule: 'r' }], arguments: [] } });
    const off = await world([bank()], { policies: policyOf({ initPeers: [BOB], mode: 'off' }) }).call(pay());
    expect(off).toMatchObject({ kind: 'served', policy: { rules: [] } });
    expect(off).not.toHaveProperty('denial');
  });

  it('can deny what no rule covers, but for services of the particle itself', async () => {
    const policies = policyOf({ functions: ['pay'], initPeers: ['init'] }, { otherwise: 'deny' });
    const own = bank();
    const it1 = world([bank()], { policies });
    expect(valueOf(await it1.call(pay()))).toBe('paid');
    expect(textOf(await it1.call({ service: 'bank', fn: 'balance' }))).toContain(
      'caller may not use a function that no rule',
    );
    const scope = { find: (id: string) => (id === 'bank' ? own : undefined) };
    expect(valueOf(await it1.call({ service: 'bank', fn: 'balance', scope }))).toBe(100);
  });

  it('counts the calls of each init peer that pass everything else, and says when to try again', async () => {
    const clock = new VirtualClock();
    const policies = policyOf({
      functions: ['pay'],
      rate: { calls: 2, perMs: 1000 },
      arguments: { to: { literal: true } },
    });
    const it1 = world([bank()], { policies, clock });
    for (let i = 0; i < 5; i++) expect(summary(await it1.call(pay(fromBook)))).toContain('POLICY');
    expect(valueOf(await it1.call(pay()))).toBe('paid');
    expect(valueOf(await it1.call(pay()))).toBe('paid');
    const third = await it1.call(pay());
    expect(third).toMatchObject({ kind: 'denied', retryAfterMs: 500 });
    expect(textOf(third)).toContain('try again in 500 ms');
    expect(await it1.call(pay(fromBook))).not.toHaveProperty('retryAfterMs');
    expect(valueOf(await it1.call(pay(literal('Ada'), BOB)))).toBe('paid');
    await clock.advance(499);
    expect(summary(await it1.call(pay()))).toContain('POLICY');
    await clock.advance(1);
    expect(valueOf(await it1.call(pay()))).toBe('paid');
  });

  it('refuses particles that are too old', async () => {
    const clock = new VirtualClock();
    const it1 = world([bank()], { policies: policyOf({ maxAgeMs: 1000 }), clock });
    await clock.advance(1000);
    expect(clock.now()).toBe(START_MS + 1000);
    expect(valueOf(await it1.call(pay()))).toBe('paid');
    await clock.advance(1);
    expect(textOf(await it1.call(pay()))).toContain('expected at most 1 000 ms\n      found    1 001 ms');
  });
});

describe('an exchange of policies', () => {
  it('counts for the next call, and has another hash', async () => {
    const policies = policyOf({ initPeers: [BOB] });
    const it1 = world([bank()], { policies });
    const before = policies.policy.hash;
    expect(summary(await it1.call(pay()))).toContain('POLICY');
    const hash = policies.replace({ format, rules: [] });
    expect(hash).not.toBe(before);
    expect(await it1.call(pay())).toMatchObject({ kind: 'served', policy: { hash, rules: [] } });
    expect(policies.replace({ rules: [], format })).toBe(hash);
  });

  it.each<readonly [string, unknown, string]>([
    [
      'a malformed rule among others',
      {
        format,
        rules: [
          { id: 'a', service: 'bank', initPeers: ['init'] },
          { id: 'b', service: 'bank', initPeer: [] },
        ],
      },
      'rules.1`: Unrecognized key: "initPeer"; did you mean `initPeers`?',
    ],
    [
      'a function that the service does not have',
      { format, rules: [{ id: 'a', service: 'bank', functions: ['pai'], initPeers: ['init'] }] },
      'rules.0.functions`: `bank` has no function `pai`; did you mean `pay`?',
    ],
    [
      'an argument that it does not have',
      {
        format,
        rules: [{ id: 'a', service: 'bank', functions: ['pay'], arguments: { too: { literal: true } } }],
      },
      'rules.0.arguments`: `bank.pay` has no argument `too`; did you mean `to`?',
    ],
  ])('is refused as a whole: %s; the old policy stays', async (_, data, why) => {
    const policies = policyOf({ initPeers: [BOB] });
    const it1 = world([bank()], { policies });
    const { hash } = policies.policy;
    expect(() => policies.replace(data)).toThrow(expect.objectContaining({ code: 'ERR_POLICY_SHAPE' }));
    expect(() => policies.replace(data)).toThrow(why);
    expect(policies.policy.hash).toBe(hash);
    expect(summary(await it1.call(pay()))).toContain('POLICY');
  });
});

describe('a malformed policy', () => {
  const rule = { id: 'a', service: 's', functions: ['f'] };
  const deep = Array.from({ length: 100 }).reduce<unknown>(inner => ({ anyOf: [inner] }), { literal: true });
  it.each<readonly [string, unknown, string]>([
    ['not an object', [], '(top)'],
    ['of another format', { format: 'beryl/policy/2', rules: [] }, 'format'],
    ['a rule without a condition', { format, rules: [rule] }, 'it states no condition'],
    [
      'an id twice',
      {
        format,
        rules: [
          { ...rule, maxAgeMs: 1 },
          { ...rule, maxAgeMs: 1 },
        ],
      },
      'the id `a` stands twice',
    ],
    ['a name for a peer', { format, rules: [{ ...rule, initPeers: ['bob'] }] }, 'expected a peer id'],
    ['no peer', { format, rules: [{ ...rule, initPeers: [] }] }, 'rules.0.initPeers'],
    [
      'conditions on arguments of all functions',
      { format, rules: [{ id: 'a', service: 's', arguments: { x: { literal: true } } }] },
      'need a named service',
    ],
    [
      'a getter into an error',
      {
        format,
        rules: [
          {
            ...rule,
            arguments: { x: { from: { peer: 'host', service: 's', function: 'f', getter: ':error:' } } },
          },
        ],
      },
      'expected a getter of a result',
    ],
    [
      'getter and anyPart',
      {
        format,
        rules: [
          {
            ...rule,
            arguments: {
              x: { from: { peer: 'host', service: 's', function: 'f', getter: '', anyPart: true } },
            },
          },
        ],
      },
      'either `getter` or `anyPart`',
    ],
    [
      'a value further down',
      { format, rules: [{ ...rule, arguments: { x: { derivedOnlyFrom: [{ value: [1] }] } } }] },
      'rules.0.arguments.x',
    ],
    [
      'an empty alternative',
      { format, rules: [{ ...rule, arguments: { x: { anyOf: [] } } }] },
      'rules.0.arguments.x',
    ],
    ['nested too deep', { format, rules: [{ ...rule, arguments: { x: deep } }] }, 'levels deep'],
    [
      'a rule on an argument whose name would be lost',
      { format, rules: [{ ...rule, arguments: JSON.parse('{"__proto__":{"literal":true}}') as unknown }] },
      'rules.0.arguments.__proto__',
    ],
    [
      'a value with a name that would be lost',
      { format, rules: [{ ...rule, arguments: { x: { value: [JSON.parse('{"__proto__":1}')] } } }] },
      'rules.0.arguments.x.value.0.__proto__',
    ],
    [
      'a rate of nothing',
      { format, rules: [{ ...rule, rate: { calls: 0, perMs: 1 } }] },
      'rules.0.rate.calls',
    ],
  ])('is refused: %s', (_, data, why) => {
    expect(() => parsePolicy(data)).toThrow(expect.objectContaining({ code: 'ERR_POLICY_SHAPE' }));
    expect(() => parsePolicy(data)).toThrow(why);
  });
});
