import { utf8 } from '../../../base/bytes.ts';
import { idOf } from '../../support/cast.ts';
import type { Chance } from '../chance.ts';

/** Canonical JSON that a service can answer: what scripts can use, and what they cannot. */
const HONEST = [
  '1',
  '4',
  '"a"',
  'true',
  'null',
  '[]',
  '{}',
  '[1,2,3]',
  '[[1],[2]]',
  '"text"',
  '1.5',
  '-0.0',
  '18446744073709551615',
  `"${idOf('bob')}"`,
  `["${idOf('carol')}","${idOf('dave')}"]`,
  '{"a":{"b":[10,{"c":11}],"w":"w"},"k":"a","list":["p","q"],"n":1,"who":"me"}',
  '{"error_code":5,"message":"m"}',
  '{"key":"k","value":1}',
  '{"__proto__":1,"constructor":2}',
  '[7,"no"]',
  '[0,""]',
  '[2147483648,"x"]',
  '"\u0000"'.replace('\u0000', '\\u0000'),
];

/** Bytes that are not canonical JSON, or JSON of another shape than records hold. */
const BROKEN = [
  '',
  ' 1',
  '{"b":1, "a":2}',
  '{"b":1,"a":2}',
  '{"a":1,"a":2}',
  '1.50',
  '1e400',
  '01',
  '"\\u0041"',
  'hello',
  '[1',
  '\ufeff1',
  '[7]',
  '[7,"no",1]',
  '["7","no"]',
  '[1.5,"no"]',
];

const LARGE = [
  `[${'1,'.repeat(3000)}1]`,
  `"${'x'.repeat(100_000)}"`,
  `${'['.repeat(126)}${']'.repeat(126)}`,
  `${'['.repeat(127)}${']'.repeat(127)}`,
  `${'['.repeat(128)}${']'.repeat(128)}`,
  '['.repeat(50_000),
  `{${Array.from({ length: 1000 }, (_, i) => `"k${1000 + i}":${i}`).join(',')}}`,
];

export const answer = (chance: Chance): Uint8Array => utf8(chance.of(HONEST));
export const brokenAnswer = (chance: Chance): Uint8Array =>
  chance.is(0.1) ? Uint8Array.of(0x22, 0xff, 0x22) : utf8(chance.of(BROKEN));
export const largeAnswer = (chance: Chance): Uint8Array => utf8(chance.of(LARGE));
