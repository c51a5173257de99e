import { isDraft } from 'immer';
import { oneLine } from './text.ts';

function misused(why: string): never {
  throw new TypeError(`the state is plain JSON data: ${why}`);
}

/** What Immer takes, and what JSON can hold: the text of an Immer error names neither. */
function assertKey(target: object, key: string | symbol): void {
  if (typeof key === 'symbol') misused('a symbol is not a key');
  if (key === '__proto__') misused('`__proto__` is not a key');
  if (Array.isArray(target) && key !== 'length' && !INDEX.test(key))
    misused(`\`${oneLine(key)}\` is not an index of a list`);
}

const INDEX = /^(?:0|[1-9][0-9]*)$/;

/**
 * A draft that says clearly when it is used too late.
 *
 * Immer revokes its drafts when a call ends. The engine's error about that ("a proxy that has been revoked") does not explain
 * the mistake. So another proxy around each draft calls `assertOpen` first. For the same reason it refuses what Immer would refuse.
 *
 * @param assertOpen Throws once the call has ended.
 */
export function closing<T extends object>(draft: T, assertOpen: () => void): T {
  const wrappers = new WeakMap<object, object>();
  const drafts = new WeakMap<object, object>();

  const wrap = (value: unknown): unknown => {
    if (!isDraft(value)) return value;
    const inner = value as object;
    if (drafts.has(inner)) return inner;
    const known = wrappers.get(inner);
    if (known !== undefined) return known;
    const wrapper = new Proxy(inner, handler);
    wrappers.set(inner, wrapper);
    drafts.set(wrapper, inner);
    return wrapper;
  };
  const handler: ProxyHandler<object> = {
    get(target, key) {
      assertOpen();
      return wrap(Reflect.get(target, key));
    },
    set(target, key, value: unknown) {
      assertOpen();
      assertKey(target, key);
      return Reflect.set(target, key, drafts.get(value as object) ?? value);
    },
    deleteProperty(target, key) {
      assertOpen();
      assertKey(target, key);
      return Reflect.deleteProperty(target, key);
    },
    defineProperty: () => misused('no property of it can be defined: assign, as in `state.x = 1`'),
    setPrototypeOf: () => misused('its prototype cannot be set'),
    preventExtensions: () =>
      misused('it cannot be frozen or sealed: what outlives the call is frozen already'),
    has(target, key) {
      assertOpen();
      return Reflect.has(target, key);
    },
    ownKeys(target) {
      assertOpen();
      return Reflect.ownKeys(target);
    },
  };
  return wrap(draft) as T;
}
