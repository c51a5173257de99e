import { describe, expect, it } from 'vitest';
import { MemberNames } from '../../../../interpreter/values/member-names.ts';
import { Value } from '../../../../interpreter/values/value.ts';
import { parseJson } from '../../../../interpreter/values/json-parser.ts';

const LONG = 'x'.repeat(2000);
const MEMBERS: readonly (readonly [name: string, json: string])[][] = [
  [],
  [['a', '1']],
  [
    ['key', '"k"'],
    ['value', '[1,{"b":null}]'],
  ],
  [
    ['b', '1.0'],
    ['a', '{"c":[],"d":true}'],
  ],
  [
    ['10', '1'],
    ['9', '2'],
    ['a"\\', '"é"'],
  ],
  [
    ['\u{10000}', '1'],
    ['\uffff', '2'],
  ],
  [
    ['__proto__', '{"x":1}'],
    ['x', '[]'],
  ],
  [
    ['b', `"${LONG}"`],
    ['a', '[[1,2],{"z":1}]'],
  ],
];

describe('an object that is put together from values', () => {
  it.each(MEMBERS.map(members => [JSON.stringify(members).slice(0, 60), members] as const))(
    'is the same value as one that was read: %s',
    (_, members) => {
      const text = `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
      const read = Value.ofJson(parseJson(text));
      const made = (): Value =>
        Value.ofMembers(
          new MemberNames(members.map(([name]) => name)),
          members.map(([, json]) => Value.ofJson(parseJson(json))),
        );
      // Each from a value of its own: what is made first must not decide what the rest is.
      expect(made().size).toBe(read.text.length);
      expect(made().text).toBe(read.text);
      expect(made().hash).toBe(read.hash);
      expect(made().json).toEqual(read.json);
      expect([made().depth, made().weight]).toEqual([read.depth, read.weight]);
    },
  );
});
