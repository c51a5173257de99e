import { expect, test } from 'vitest';
import { createRegistry, defineService, startService } from '../../../services/index.ts';

const instance = (id: string) => startService(defineService({ id, functions: {} }));

test('a name is given once, and given back', () => {
  const registry = createRegistry();
  const first = instance('a');
  const { dispose } = registry.register(first);
  expect(() => registry.register(instance('a'))).toThrow(
    new TypeError(
      'service `a` is registered already; to replace it, register the new one with { override: true }',
    ),
  );
  dispose();
  expect(registry.find('a')).toBeUndefined();
  const second = instance('a');
  registry.register(second);
  dispose();
  expect(registry.find('a')).toBe(second);
  expect(registry.ids()).toEqual(['a']);
});

test('an override lasts until it is disposed', () => {
  const below = instance('a');
  const above = instance('a');
  const registry = createRegistry([below]);
  const { dispose } = registry.register(above, { override: true });
  expect(registry.find('a')).toBe(above);
  dispose();
  expect(registry.find('a')).toBe(below);
  expect(() => registry.register(below, { override: true })).toThrow(TypeError);
});
