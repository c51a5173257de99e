import { checkOptions, isBoolean, shown } from '../base/options.ts';
import { isDefinition } from './declaration.ts';
import { isServiceInstance } from './service-instance.ts';
import type { ServiceInstance } from './service-instance.ts';

/** Where dispatch finds services. */
export interface ServiceLookup {
  find(serviceId: string): ServiceInstance | undefined;
}

/** The services of one peer, by id. */
export interface Registry extends ServiceLookup {
  /**
   * Makes an instance callable.
   *
   * @param options.override Replaces a service of the same id, until disposed. Without it that is refused: whoever comes
   *   later could otherwise take over the name that guards on other peers trust.
   * @returns `dispose` takes the service away again and gives the name back; calls in flight end normally.
   * @throws {TypeError} If this is not an instance, the id is taken, or this very instance is registered already.
   * @example
   * const { dispose } = registry.register(startService(blog({ authPeer })), { override: true });
   * dispose(); // the service of that name that was there before answers again
   */
  register(instance: ServiceInstance, options?: { readonly override?: boolean }): { dispose(): void };
  ids(): readonly string[];
}

function instanceMistake(found: unknown): string {
  return isDefinition(found)
    ? `service \`${found.id}\` is not running; write startService(…) around its definition`
    : `expected a running service, startService(definition), found ${shown(found)}`;
}

/**
 * Makes a registry.
 *
 * @throws {TypeError} If something is not a running service, or two have one id.
 * @example const registry = createRegistry([startService(auth({ admins: [] })), startService(blog({ authPeer }))]);
 */
export function createRegistry(instances: Iterable<ServiceInstance> = []): Registry {
  /** Newest last. A Map: service ids come from scripts, and `__proto__` must be a name like any other. */
  const stacks = new Map<string, readonly ServiceInstance[]>();

  const registry: Registry = {
    find: serviceId => stacks.get(serviceId)?.at(-1),
    ids: () => [...stacks.keys()],
    register(instance, options = {}) {
      checkOptions('register', options, { override: isBoolean });
      const { override = false } = options;
      if (!isServiceInstance(instance)) throw new TypeError(`register: ${instanceMistake(instance)}`);
      const { id } = instance;
      const stack = stacks.get(id) ?? [];
      if (stack.includes(instance)) throw new TypeError(`service \`${id}\` is registered already`);
      if (stack.length > 0 && !override) {
        throw new TypeError(
          `service \`${id}\` is registered already; to replace it, register the new one with { override: true }`,
        );
      }
      stacks.set(id, [...stack, instance]);
      return {
        dispose() {
          const rest = (stacks.get(id) ?? []).filter(other => other !== instance);
          if (rest.length === 0) stacks.delete(id);
          else stacks.set(id, rest);
        },
      };
    },
  };
  for (const instance of instances) registry.register(instance);
  return registry;
}
