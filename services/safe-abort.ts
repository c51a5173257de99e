import { abandon } from './promises.ts';

/**
 * An abort controller for code that may be careless: a listener that throws, or whose promise rejects, ends nothing.
 *
 * The platform reports what a listener throws as an uncaught exception, and that ends a Node process. So listeners are wrapped
 * on their way in.
 */
export function safeAbortController(): AbortController {
  const controller = new AbortController();
  const { signal } = controller;
  const wrappers = new WeakMap<object, EventListener>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  let onabort: unknown = null;

  const wrap = (listener: unknown): EventListener | null => {
    if (typeof listener !== 'function' && (typeof listener !== 'object' || listener === null)) return null;
    const known = wrappers.get(listener);
    if (known !== undefined) return known;
    const wrapper: EventListener = event => quietly(signal, listener, event);
    wrappers.set(listener, wrapper);
    return wrapper;
  };
  Object.defineProperties(signal, {
    addEventListener: {
      value: (type: string, listener: unknown, options?: EventListenerOptions | boolean) =>
        add(type, wrap(listener) as EventListener, options),
    },
    removeEventListener: {
      value: (type: string, listener: unknown, options?: EventListenerOptions | boolean) =>
        remove(type, wrap(listener) as EventListener, options),
    },
    onabort: {
      get: () => onabort,
      set(listener: unknown) {
        const [before, after] = [wrap(onabort), wrap(listener)];
        onabort = after === null ? null : listener;
        if (before !== null) remove('abort', before);
        if (after !== null) add('abort', after);
      },
    },
  });
  return controller;
}

type EventListener = (event: Event) => void;

function quietly(signal: AbortSignal, listener: object, event: Event): void {
  try {
    const answer: unknown =
      typeof listener === 'function'
        ? Reflect.apply(listener as (event: Event) => unknown, signal, [event])
        : (listener as { handleEvent(event: Event): unknown }).handleEvent(event);
    abandon(answer);
  } catch {
    // The call has ended: nothing waits for its listeners.
  }
}
