import { describe, expect, test } from 'vitest';
import { createDispatcher, createRegistry, defineService, startService } from '../../../services/index.ts';
import type {
  CallDecision,
  Clock,
  DispatcherOptions,
  IncomingCall,
  Logger,
  ServiceInstance,
} from '../../../services/index.ts';
import { HOST, incoming, VirtualClock, settle, summary, textOf } from './harness.ts';

const trap = (what: string) => (): never => {
  throw new Error(`secret of ${what}`);
};

const greeter = defineService({
  id: 's',
  state: { n: 0 },
  functions: {
    f: { arguments: {}, guards: {}, handler: (_, { state }) => (state.n += 1) },
    fail: { arguments: {}, guards: {}, handler: trap('a handler') },
    late: {
      arguments: {},
      guards: {},
      timeoutMs: 5,
      async handler(_, { signal, state }) {
        await new Promise(resolve => signal.addEventListener('abort', resolve));
        state.n += 1;
      },
    },
  },
});

interface Logged {
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function dispatcherOf(options: Partial<DispatcherOptions> = {}) {
  const logged: Logged[] = [];
  const clock = new VirtualClock();
  const logger: Logger = { warn: (message, fields) => void logged.push({ message, fields }) };
  const registry = createRegistry([startService(greeter)]);
  const dispatcher = createDispatcher({ peerId: HOST, registry, clock, logger, ...options });
  const call = (functionName = 'f', more: Partial<IncomingCall> = {}): Promise<CallDecision> =>
    dispatcher.dispatch({ ...incoming(functionName), ...more });
  return { call, logged, clock, dispatcher };
}

describe('dispatch never rejects', () => {
  const clock = (broken: Partial<Clock>): Clock => Object.assign(new VirtualClock(), broken);
  const instance = (broken: Partial<ServiceInstance>): ServiceInstance =>
    Object.assign(Object.create(startService(greeter)) as ServiceInstance, {
      id: 's',
      definition: greeter,
      ...broken,
    });
  const turn = {
    begun: Promise.resolve(),
    draft: () => ({}),
    commit: () => undefined,
    drop: () => undefined,
  };

  test.each([
    ['a registry', { registry: { find: trap('a registry') } }],
    ['a clock', { clock: clock({ now: trap('a clock') }) }],
    ['a timer', { clock: clock({ after: trap('a timer') }) }],
    ['an instance', { registry: createRegistry([instance({ takeTurn: trap('an instance') })]) }],
    [
      'a turn that never begins well',
      {
        registry: {
          find: () =>
            instance({ takeTurn: () => ({ ...turn, begun: Promise.reject(new Error('secret of a turn')) }) }),
        },
      },
    ],
  ] as [string, Partial<DispatcherOptions>][])('whatever %s of the host throws', async (_, broken) => {
    const { call, logged } = dispatcherOf(broken);
    const decision = await call();
    expect(summary(decision)).toBe('failed handler ERR_CALL_HOST');
    expect(textOf(decision)).toBe('`s.f`: this peer cannot perform calls now');
    expect(logged).toMatchObject([{ message: 'a call could not be decided', fields: { call: 's.f' } }]);
    expect(logged[0]?.fields['message']).toMatch(/^secret of/);
    expect(logged[0]?.fields['stack']).toContain('dispatch-faults.test.ts');
  });

  test('a scope that throws, and an invalid call', async () => {
    const { call, dispatcher } = dispatcherOf();
    expect(summary(await call('f', { scope: { find: trap('a scope') } }))).toBe(
      'failed handler ERR_CALL_HOST',
    );
    for (const none of [undefined, {}, { request: null }]) {
      const decision = await dispatcher.dispatch(none as unknown as IncomingCall);
      expect(textOf(decision)).toBe('`unknown`: this peer cannot perform calls now');
    }
  });

  test('the honest twin; and a timer that fails once delays no other call', async () => {
    let failing = true;
    const virtual = new VirtualClock();
    const after: Clock['after'] = (ms, callback) =>
      failing ? trap('a timer')() : virtual.after(ms, callback);
    const { call } = dispatcherOf({ clock: { now: () => virtual.now(), after } });
    expect(summary(await call())).toBe('failed handler ERR_CALL_HOST');
    failing = false;
    expect((await call()).result).toEqual({ retCode: 0, resultJson: '1' });
  });

  test('nor when the logger throws, or is missing', async () => {
    const registry = { find: trap('a registry') };
    const loud = dispatcherOf({ registry, logger: { warn: trap('a logger') } });
    expect(summary(await loud.call())).toBe('failed handler ERR_CALL_HOST');
    const silent = createDispatcher({ peerId: HOST, registry, clock: new VirtualClock() });
    expect((await silent.dispatch(undefined as unknown as IncomingCall)).kind).toBe('failed');
  });
});

describe('what the operator learns, and the script does not', () => {
  test('the stack of a handler that throws', async () => {
    const { call, logged } = dispatcherOf();
    const decision = await call('fail');
    expect(textOf(decision)).toBe('secret of a handler');
    expect(JSON.stringify(decision)).not.toContain('dispatch-faults.test.ts');
    expect(logged).toMatchObject([
      {
        message: 'a handler threw',
        fields: { serviceId: 's', functionName: 'fail', particleId: 'p', message: 'secret of a handler' },
      },
    ]);
    expect(logged[0]?.fields['stack']).toContain('dispatch-faults.test.ts');
  });

  test('that a handler wrote to its state after its time', async () => {
    const { call, logged, clock } = dispatcherOf();
    const pending = call('late');
    await clock.advance(5);
    expect(summary(await pending)).toBe('failed handler ERR_HANDLER_TIMEOUT');
    await settle();
    expect(logged).toMatchObject([{ message: 'a handler threw after its call had ended' }]);
    expect(logged[0]?.fields['message']).toContain('late write');
  });

  test('an answer in time is not reported', async () => {
    const { call, logged } = dispatcherOf();
    await call();
    expect(logged).toEqual([]);
  });
});
