/* oxlint-disable unicorn/prefer-add-event-listener -- handlers may use onabort */
import { describe, expect, test, vi } from 'vitest';
import { safeAbortController } from '../../../services/safe-abort.ts';

type Spy = ReturnType<typeof vi.fn<() => void>>;

// The platform reports what a listener throws as an uncaught exception, which would fail this file.
describe('safeAbortController', () => {
  const throwing = (): never => {
    throw new Error('uncaught');
  };

  test('a listener that throws, or rejects, ends nothing and does not stop the others', async () => {
    const { signal, abort } = { ...bound() };
    const heard = vi.fn();
    signal.addEventListener('abort', throwing);
    signal.addEventListener('abort', () => Promise.reject(new Error('unhandled')));
    signal.addEventListener('abort', { handleEvent: throwing });
    signal.onabort = throwing;
    signal.addEventListener('abort', heard, { once: true });
    abort('why');
    await new Promise(resolve => setImmediate(resolve));
    expect(heard).toHaveBeenCalledOnce();
    expect([signal.aborted, signal.reason]).toEqual([true, 'why']);
  });

  test('listeners can be removed, added twice and replaced', () => {
    const { signal, abort } = { ...bound() };
    const [removed, other, twice, first, second] = [1, 2, 3, 4, 5].map(() => vi.fn<() => void>()) as [
      Spy,
      Spy,
      Spy,
      Spy,
      Spy,
    ];
    signal.addEventListener('abort', removed);
    signal.removeEventListener('abort', removed);
    signal.removeEventListener('abort', other);
    signal.addEventListener('abort', twice);
    signal.addEventListener('abort', twice);
    signal.onabort = first;
    signal.onabort = second;
    expect(signal.onabort).toBe(second);
    abort('why');
    expect([removed, twice, first, second].map(({ mock }) => mock.calls.length)).toEqual([0, 1, 0, 1]);
    expect(twice.mock.contexts[0]).toBe(signal);
    signal.onabort = null;
    expect(signal.onabort).toBeNull();
  });

  test('works where the platform takes a signal', () => {
    const { signal, abort } = { ...bound() };
    const any = AbortSignal.any([signal]);
    abort('why');
    expect([any.aborted, any.reason]).toEqual([true, 'why']);
    expect(() => signal.throwIfAborted()).toThrow('why');
  });

  function bound(): { signal: AbortSignal; abort: (reason: unknown) => void } {
    const controller = safeAbortController();
    return { signal: controller.signal, abort: reason => controller.abort(reason) };
  }
});
