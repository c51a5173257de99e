import { describe, expect, it } from 'vitest';
import { duplicateKey } from '../../../base/duplicate-key.ts';

describe('duplicateKey', () => {
  it.each([
    ['{}', undefined],
    ['[]', undefined],
    ['"{\\"a\\":1,\\"a\\":2}"', undefined],
    ['{"a":"a","b":"a"}', undefined],
    ['{"a":{"a":{"a":1}},"b":["a","a",{"a":1},{"a":1}]}', undefined],
    ['{"a":1,"a":1}', 'a'],
    ['{"":1,"":1}', ''],
    ['[1,[2,{"a":"}{","b":[1,2,{"c":1,"d":[],"c":2}]}]]', '1.1.b.2.c'],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
    ['{"a\\"b":1,"a\\u0022b":2}', 'a"b'],
  ])('%s', (text, path) => expect(duplicateKey(text)).toBe(path));

  it('is linear', () => {
    const text = `[${'{"a":"' + '\\\\'.repeat(1e6) + '"},'}${'[{"b":1}],'.repeat(1e5)}{"c":1,"c":2}]`;
    expect(duplicateKey(text)).toBe('100001.c');
  });
});
