import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  createDispatcher,
  createPolicySet,
  createRegistry,
  defineService,
  startService,
  type PolicySet,
} from '../../services/index.ts';
import {
  ALICE,
  BOB,
  HOST,
  MALLORY,
  START_MS,
  settle,
  summary,
  tetraplet,
  VirtualClock,
} from '../unit/services/harness.ts';

// Goal:    a handler acts on other arguments, or under another policy, than those that were decided.
// Means:   the call waits for the state of the service; meanwhile an argument, its origin or the rule set is changed.
// Refused: by nameArguments, which reads and freezes a request once, and by askPolicy, which decides a call by one rule set.
const format = 'beryl/policy/1';
const policyFor = (value: unknown): unknown => ({
  format,
  rules: [
    {
      id: 'r',
      service: 's',
      functions: ['f'],
      arguments: { x: { allOf: [{ literal: true }, { value: [value] }] } },
    },
  ],
});

interface Seen {
  readonly x: unknown;
  readonly json: string;
  readonly from: string | undefined;
  readonly key: string;
}

/** Two calls of one service: the second waits until the first has ended. */
function scene(policies: PolicySet) {
  const seen: Seen[] = [];
  const clock = new VirtualClock();
  const service = defineService({
    id: 's',
    state: { n: 0 },
    functions: {
      slow: {
        arguments: {},
        guards: {},
        handler: (_, { state }) =>
          new Promise<null>(resolve => clock.after(100, () => (state.n++, resolve(null)))),
      },
      f: {
        arguments: { x: z.json() },
        guards: {},
        handler({ x }, call) {
          const { argumentsJson: json, tetraplets, idempotencyKey: key } = call;
          seen.push({ x, json, from: tetraplets.x[0]?.peerId, key });
        },
      },
    },
  });
  const registry = createRegistry([startService(service)]);
  const dispatcher = createDispatcher({ peerId: HOST, registry, clock, policies });
  const particle = {
    id: 'p',
    initPeerId: ALICE,
    timestamp: START_MS,
    ttl: 10_000,
    signature: new Uint8Array(64),
  };
  const literal = { peerId: ALICE, serviceId: '', functionName: '', getter: '' };
  const origin = {
    kind: 'literal',
    tetraplet: literal,
    record: undefined,
    arguments: [],
    parts: [],
    selectors: [],
  } as const;
  const requestOf = (functionName: string, x?: unknown) => ({
    serviceId: 's',
    functionName,
    arguments: x === undefined ? [] : [structuredClone(x) as never],
    argumentsJson: x === undefined ? '[]' : JSON.stringify([x]),
    tetraplets: x === undefined ? [] : [[literal]],
    elementwise: x === undefined ? [] : [false],
    origins: x === undefined ? [] : [origin],
    site: functionName,
  });
  const dispatch = (request: ReturnType<typeof requestOf>) => dispatcher.dispatch({ request, particle });
  return { seen, clock, requestOf, dispatch };
}

describe('what was decided', () => {
  test('the honest twin: nothing changes while a call waits', async () => {
    const { seen, clock, requestOf, dispatch } = scene(createPolicySet(policyFor({ to: 'Ada' })));
    const done = [dispatch(requestOf('slow')), dispatch(requestOf('f', { to: 'Ada' }))];
    await clock.advance(100);
    expect((await Promise.all(done)).map(summary)).toEqual(['served result', 'served result']);
    expect(seen).toMatchObject([{ x: { to: 'Ada' }, json: '[{"to":"Ada"}]', from: ALICE }]);
  });

  test('is what the handler gets, whatever becomes of the request', async () => {
    const { seen, clock, requestOf, dispatch } = scene(createPolicySet(policyFor({ to: 'Ada' })));
    const request = requestOf('f', { to: 'Ada' });
    const done = [dispatch(requestOf('slow')), dispatch(request)];
    await settle();
    const argument = request.arguments[0] as unknown as { to: string };
    expect(() => (argument.to = 'Mallory')).toThrow(TypeError);
    expect(() => ((request.tetraplets[0] as unknown[])[0] = tetraplet(MALLORY, 'a', 'b'))).toThrow(TypeError);
    request.arguments[0] = { to: 'Mallory' } as never;
    request.tetraplets[0] = [tetraplet(MALLORY, 'a', 'b') as never];
    Object.assign(request, { argumentsJson: '[{"to":"Mallory"}]', functionName: 'slow', site: 'other' });
    await clock.advance(100);
    const [, second] = await Promise.all(done);
    expect(second && summary(second)).toBe('served result');
    expect(seen).toMatchObject([{ x: { to: 'Ada' }, json: '[{"to":"Ada"}]', from: ALICE }]);
    expect(seen[0]?.key).toMatch(/:f:/);
  });

  test('is decided by one rule set: one that is loaded later counts for later calls, one that is malformed for none', async () => {
    const policies = createPolicySet(policyFor({ to: 'Ada' }));
    const { hash } = policies.policy;
    const { seen, clock, requestOf, dispatch } = scene(policies);
    const done = [dispatch(requestOf('slow')), dispatch(requestOf('f', { to: 'Ada' }))];
    await settle();
    const open = {
      format,
      rules: [
        { id: 'r', service: 's', initPeers: [ALICE, BOB] },
        { id: 'r', service: 's' },
      ],
    };
    expect(() => policies.replace(open)).toThrow(/states no condition|stands twice/);
    const denied = dispatch(requestOf('f', { to: 'Mallory' }));
    await clock.advance(100);
    expect(summary(await denied)).toBe('denied policy ERR_CALL_DENIED_POLICY');
    policies.replace(policyFor({ to: 'Bob' }));
    const [, second] = await Promise.all(done);
    expect(second).toMatchObject({ kind: 'served', policy: { hash } });
    expect(summary(await dispatch(requestOf('f', { to: 'Ada' })))).toBe(
      'denied policy ERR_CALL_DENIED_POLICY',
    );
    expect(seen).toHaveLength(1);
  });
});
