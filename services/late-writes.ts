import { isDraft } from 'immer';

/**
 * A draft that says clearly when it is used too late.
 *
 * Immer revokes its drafts when a call ends. The engine's error about that ("a proxy that has been revoked") does not explain
 * the mistake. So another proxy around each draft calls `assertOpen` first.
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
      return Reflect.set(target, key, drafts.get(value as object) ?? value);
    },
    deleteProperty(target, key) {
      assertOpen();
      return Reflect.deleteProperty(target, key);
    },
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
