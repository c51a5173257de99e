import { expect, it } from 'vitest';
import { hasInexactNumber } from '../../differential/inexact.ts';

// The rule of a deviation explains its own case only.
it.each([
  ['31.245270191439438', true],
  ['{"a":[1,31.245270191439438]}', true],
  ['123456789012345680000', true],
  ['0.1', false],
  ['1.7976931348623157e308', false],
  ['18446744073709551615', false],
  ['"31.245270191439438"', false],
  ['["\\"31.245270191439438"]', false],
])('%s has a number that AquaVM reads beside the nearest double: %s', (json, inexact) => {
  expect(hasInexactNumber(json)).toBe(inexact);
});
