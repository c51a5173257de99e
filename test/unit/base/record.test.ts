import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { recordOf } from '../../../base/record.ts';

const ODD = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '', ' '];

describe('a record of names that somebody chose', () => {
  it('keeps every name', () => {
    const text = `{${ODD.map((name, i) => `${JSON.stringify(name)}:${i}`).join(',')}}`;
    const read = recordOf(z.string(), z.number()).parse(JSON.parse(text));
    expect(Object.entries(read)).toEqual(ODD.map((name, i) => [name, i]));
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });

  it('says where a mistake is', () => {
    const shape = z.strictObject({
      peers: recordOf(z.string().min(1), z.strictObject({ seed: z.string() })),
    });
    const paths = (given: unknown) => shape.safeParse(given).error?.issues.map(({ path }) => path.join('.'));
    expect(paths({ peers: { a: { seed: 1 }, '': { seed: '' } } })).toEqual(['peers.a.seed', 'peers.']);
    expect(paths(JSON.parse('{"peers":{"__proto__":{"sead":""}}}'))).toEqual([
      'peers.__proto__.seed',
      'peers.__proto__',
    ]);
    for (const peers of [null, [], 5, 'x', undefined]) expect(paths({ peers })).toEqual(['peers']);
  });
});
