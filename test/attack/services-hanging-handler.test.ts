import { describe, expect, test } from 'vitest';
import { STATE_QUEUE_MAX } from '../../services/limits.ts';
import { run, serviceOf } from '../support/handler.ts';
import { TTL_MS, settle, summary, textOf, valueOf, world } from '../unit/services/harness.ts';

// Goal:    a handler keeps its peer, or the calls of others, waiting, or works on after its time.
// Means:   it never answers, or answers too late and then changes what it holds.
// Refused: by runHandler with a deadline, takeTurn with a bounded queue, and state that is closed after its call.
describe('handlers that hang', () => {
  test('the honest twin: one that answers in time', async () => {
    const { decision, state } = await run(async () => 7, { timeoutMs: 10 });
    expect([summary(decision), state]).toEqual(['served result', { n: 1, list: [] }]);
  });

  const never = () => new Promise(() => undefined);

  test.each([
    ['its own time is up', 500, 500],
    ['the particle expires', undefined, TTL_MS],
    ['the particle expires first', TTL_MS * 2, TTL_MS],
  ])('until %s', async (_, timeoutMs, afterMs) => {
    let signal: AbortSignal | undefined;
    const service = serviceOf(
      call => {
        signal = call.signal;
        return never();
      },
      timeoutMs === undefined ? {} : { timeoutMs },
    );
    const it = world([service]);
    const pending = it.call({ service: 's', fn: 'f', args: [{ value: 1 }] });
    await it.clock.advance(afterMs - 1);
    expect(signal?.aborted).toBe(false);
    await it.clock.advance(1);
    const decision = await pending;
    expect(summary(decision)).toBe('failed handler ERR_HANDLER_TIMEOUT');
    expect(textOf(decision)).toBe(`\`s.f\` gave no answer within ${afterMs} ms`);
    expect(signal?.reason).toMatchObject({ code: 'ERR_HANDLER_TIMEOUT' });
    expect(it.instances[0]?.state).toEqual({ n: 0, list: [] });
    expect(it.clock.pending).toBe(0);
  });

  test('what it does after its time changes nothing, and it learns so', async () => {
    let late: unknown;
    let wake: () => void = () => undefined;
    const slept = new Promise<void>(resolve => (wake = resolve));
    const it = world([
      serviceOf(
        async ({ state }) => {
          await slept;
          try {
            state.n = 99;
          } catch (error) {
            late = error;
          }
        },
        { timeoutMs: 10 },
      ),
    ]);
    const pending = it.call({ service: 's', fn: 'f', args: [{ value: 1 }] });
    await it.clock.advance(10);
    await pending;
    wake();
    await settle();
    expect(late).toBeInstanceOf(TypeError);
    expect((late as Error).message).toContain('late write');
    expect(valueOf(await it.call({ service: 's', fn: 'read' }))).toBe(0);
  });

  test('others wait for their turn, but not longer than for its time', async () => {
    const it = world([serviceOf(never, { timeoutMs: 10 })]);
    const hanging = it.call({ service: 's', fn: 'f', args: [{ value: 1 }] });
    const waiting = it.call({ service: 's', fn: 'read' });
    await it.clock.advance(10);
    expect(summary(await hanging)).toBe('failed handler ERR_HANDLER_TIMEOUT');
    expect(valueOf(await waiting)).toBe(0);
  });

  test('a call that waits too long never runs', async () => {
    let ran = 0;
    const it = world([serviceOf(() => ((ran += 1), never()))]);
    const calls = [1, 2, 3].map(value => it.call({ service: 's', fn: 'f', args: [{ value }] }));
    await it.clock.advance(TTL_MS);
    expect((await Promise.all(calls)).map(summary)).toEqual(
      calls.map(() => 'failed handler ERR_HANDLER_TIMEOUT'),
    );
    expect(ran).toBe(1);
  });

  test('the queue is bounded', async () => {
    const it = world([serviceOf(never, { timeoutMs: 10 })]);
    const calls = Array.from({ length: STATE_QUEUE_MAX }, (_, value) =>
      it.call({ service: 's', fn: 'f', args: [{ value }] }),
    );
    const read = async () => summary(await it.call({ service: 's', fn: 'read' }));
    expect(await read()).toBe('refused handler ERR_SERVICE_BUSY');
    await it.clock.advance(10);
    await Promise.all(calls);
    expect(await read()).toBe('served result');
  });

  test('an expired particle runs nothing', async () => {
    const it = world([serviceOf(() => 1)]);
    await it.clock.advance(TTL_MS);
    const decision = await it.call({ service: 's', fn: 'f', args: [{ value: 1 }] });
    expect(summary(decision)).toBe('refused handler ERR_CALL_EXPIRED');
  });
});
