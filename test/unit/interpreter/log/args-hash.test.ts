import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { argsHashOf, NO_ARGUMENTS_HASH, toldPairHash } from '../../../../interpreter/log/args-hash.ts';

const sha256 = (...parts: readonly string[]): string =>
  createHash('sha256')
    .update(Buffer.from(parts.join(''), 'hex'))
    .digest('hex');
const [one, two, three] = ['01', '02', '03'].map(byte => sha256(byte)) as [string, string, string];

describe('hashes of arguments', () => {
  it('are over the hashes of all values, in their order', () => {
    expect(argsHashOf([])).toBe(sha256());
    expect(NO_ARGUMENTS_HASH).toBe(sha256());
    expect(argsHashOf([one])).toBe(sha256(one));
    expect(argsHashOf([one, two, three])).toBe(sha256(one, two, three));
    expect(argsHashOf([two, one])).not.toBe(argsHashOf([one, two]));
  });

  it('of a told pair are over a mark, the key and the value', () => {
    expect(toldPairHash(one, two)).toBe(sha256('02', one, two));
    expect(toldPairHash(two, one)).toBe(sha256('02', two, one));
  });
});
