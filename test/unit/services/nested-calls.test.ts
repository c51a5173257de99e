import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { CallContext, ServiceDefinition } from '../../../services/index.ts';
import { defineService, expectLiteral, fail, startService } from '../../../services/index.ts';
import { summary, textOf, world } from './harness.ts';

type Call = CallContext<unknown, string>;
const service = (
  id: string,
  handler: (args: { x: unknown }, call: Call) => unknown,
  guard?: unknown,
): ServiceDefinition =>
  defineService({
    id,
    functions: {
      run: {
        arguments: { x: z.json().optional() },
        guards: guard === undefined ? {} : { x: guard as never },
        handler: handler as never,
      },
    },
  }) as ServiceDefinition;
const pass = (to: string) => async (args: { x: unknown }, call: Call) => {
  const decision = await call.callService(to, 'run', [args.x as never]);
  if (decision.kind === 'served' && 'resultJson' in decision.result)
    return JSON.parse(decision.result.resultJson) as never;
  return fail('text' in decision ? decision.text : 'refused');
};
const given = (value: string) => ({ args: [{ value }] });

describe('callService', () => {
  it('calls another service as this one, for the same particle, and the decision lists the call', async () => {
    const seen: unknown[] = [];
    const echo = service('echo', ({ x }, call) => {
      seen.push([call.callerServiceId, call.initPeerId, call.particleId]);
      return x;
    });
    const { call } = world([service('outer', pass('echo')), echo]);
    const decision = await call({ service: 'outer', fn: 'run', ...given('hi') });
    expect(decision).toMatchObject({
      kind: 'served',
      result: { resultJson: '"hi"' },
      calls: [{ service: 'echo', function: 'run', args: '["hi"]', retCode: 0, result: '"hi"' }],
    });
    const direct = await call({ service: 'echo', fn: 'run', ...given('hi') });
    expect(direct).not.toHaveProperty('calls');
    expect(seen.map(entry => (entry as unknown[])[0])).toEqual(['outer', undefined]);
  });

  it('lists calls that failed, with their code', async () => {
    const { call } = world([service('outer', pass('nobody'))]);
    const decision = await call({ service: 'outer', fn: 'run', ...given('hi') });
    expect(decision).toMatchObject({ kind: 'failed', calls: [{ retCode: 1, code: 'ERR_SERVICE_UNKNOWN' }] });
  });

  it('gives each nested call an idempotency key of its own, the same each time', async () => {
    const keys: string[] = [];
    const inner = service('inner', (_, call) => void keys.push(call.idempotencyKey));
    const twice = service('outer', async (_, call) => {
      await call.callService('inner', 'run', []);
      await call.callService('inner', 'run', []);
    });
    const { call } = world([twice, inner]);
    await call({ service: 'outer', fn: 'run', site: '7' });
    await call({ service: 'outer', fn: 'run', site: '7' });
    expect(new Set(keys).size).toBe(2);
    expect(keys.slice(0, 2)).toEqual(keys.slice(2));
  });

  it('what it passes on does not count as a literal', async () => {
    const { call } = world([service('outer', pass('inner')), service('inner', () => 1, expectLiteral())]);
    expect(summary(await call({ service: 'outer', fn: 'run', ...given('hi') }))).toContain('failed');
  });

  it('a chain of services that wait for each other ends', async () => {
    const chain = Array.from({ length: 12 }, (_, i) => service(`s${i}`, pass(`s${i + 1}`)));
    const { call } = world([...chain, service('s12', () => 'end')]);
    expect(textOf(await call({ service: 's0', fn: 'run', ...given('x') }))).toContain(
      'too many services wait',
    );
    expect(summary(await call({ service: 's6', fn: 'run', ...given('x') }))).toBe('served result');
  });

  it('is void after its call has ended, and takes JSON only', async () => {
    let late: Call | undefined;
    const outer = service('outer', (_, call) => void (late = call));
    const { call } = world([outer, service('inner', () => 1)]);
    await call({ service: 'outer', fn: 'run' });
    await expect(late?.callService('inner', 'run', [])).rejects.toThrow('the call has ended');
    const wrong = service('outer', (_, context) => context.callService('inner', 'run', [Number.NaN]));
    expect(summary(await world([wrong]).call({ service: 'outer', fn: 'run' }))).toContain(
      'ERR_HANDLER_FAILED',
    );
  });

  it('that nobody awaits is given up with its call: it changes nothing, and the decision lists it', async () => {
    const changes: string[] = [];
    const kept = service('kept', async (_, call) => {
      await new Promise(resolve => call.signal.addEventListener('abort', resolve));
      changes.push(String((call.signal.reason as { code?: string }).code));
      (call.state as { n: number }).n += 1;
      return 'late';
    });
    const instance = startService({ ...kept, initialState: { n: 0 } } as ServiceDefinition);
    const hasty = service('outer', (_, call) => {
      void call.callService('kept', 'run', []);
      return 'early';
    });
    const { call } = world([hasty, instance]);
    const decision = await call({ service: 'outer', fn: 'run' });
    expect(decision).toMatchObject({ kind: 'served', calls: [{ retCode: 1, code: 'ERR_HANDLER_STOPPED' }] });
    expect(changes).toEqual(['ERR_HANDLER_STOPPED']);
    expect(instance.state).toEqual({ n: 0 });
  });

  it('whose change is being stored is waited for, and listed as what it is', async () => {
    const kept = service('kept', (_, call) => ((call.state as { n: number }).n += 1));
    const instance = startService({ ...kept, initialState: { n: 0 } } as ServiceDefinition);
    let store: () => void = () => undefined;
    const stored = new Promise<void>(resolve => (store = resolve));
    const hasty = service('outer', async (_, call) => {
      void call.callService('kept', 'run', []);
      for (let i = 0; i < 20; i++) await undefined;
      return 'early';
    });
    const { call } = world([hasty, instance]);
    const decision = call({ service: 'outer', fn: 'run', keepNested: () => stored });
    setTimeout(store, 5);
    expect(await decision).toMatchObject({ kind: 'served', calls: [{ retCode: 0, result: '1' }] });
    expect(instance.state).toEqual({ n: 1 });
  });
});
