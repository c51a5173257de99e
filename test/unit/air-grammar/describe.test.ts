import { describe, expect, it } from 'vitest';
import { describeInstruction, lensText, parseUnchecked } from '../../../air-grammar/index.ts';
import { plainDecimal } from '../../../air-grammar/describe.ts';

describe('describeInstruction', () => {
  it.each<readonly [script: string, text: string]>([
    [
      '(call "12D3" ("store" "put") [key item.$.[0].id 1.5] $acks)',
      'call "12D3" ("store" "put") [key item.$.[0].id 1.5] $acks',
    ],
    ['(call %init_peer_id% (s.$.a #c.$[0]) [])', 'call %init_peer_id% (s.$.a #c.$.[0]) [] '],
    [
      '(call "p" ("s" "f") [%timestamp% %ttl% %last_error%.$.a! :error:.length [ ] true] x)',
      'call "p" ("s" "f") [%timestamp% %ttl% %last_error%.$.a :error:.length [] true] x',
    ],
    ['(canon peer $s #c)', 'canon peer $s #c'],
    ['(canon "p" %m #%c)', 'canon "p" %m #%c'],
    ['(canon "p" %m c)', 'canon "p" %m c'],
    ['(ap #%mm.$.k.[0] x)', 'ap #%mm.$.k.[0] x'],
    ['(ap +7 x)', 'ap 7 x'],
    ['(ap -0 x)', 'ap 0 x'],
    ['(ap ("k" x.$.v) %m)', 'ap ("k" x.$.v) %m'],
    ['(fail 1 "raw \\ text")', 'fail 1 "raw \\ text"'],
    ['(fail x.$.[00])', 'fail x.$.[0]'],
    ['(fail %last_error%)', 'fail %last_error%'],
    ['(fail :error:)', 'fail :error:'],
    ['(fold $s i (null) (null))', 'fold $s i'],
    ['(fold [] i (null))', 'fold [] i'],
    ['(fold #%mm.$.k i (null))', 'fold #%mm.$.k i'],
    ['(next i)', 'next i'],
    ['(new #c (null))', 'new #c'],
    ['(match arr.$[0]! 1 (null))', 'match arr.$.[0] 1'],
    ['(mismatch false 1.0 (null))', 'mismatch false 1'],
    ['(seq (null) (null))', 'seq'],
    ['(par (null) (null))', 'par'],
    ['(xor (null) (null))', 'xor'],
    ['(null)', 'null'],
    ['(never)', 'never'],
  ])('%s', (script, text) => expect(describeInstruction(parseUnchecked(script).root)).toBe(text));
});

describe('plainDecimal', () => {
  it.each<readonly [number, string]>([
    [1, '1'],
    [-0, '-0'],
    [0, '0'],
    [100000.5, '100000.5'],
    [0.00000001, '0.00000001'],
    [-0.0000012, '-0.0000012'],
    [123456789.1, '123456789.1'],
    [1234567890, '1234567890'],
    [0.1, '0.1'],
  ])('%d', (value, text) => expect(plainDecimal(value)).toBe(text));
});

describe('lensText', () => {
  it('joins accessors by dots', () => {
    expect(lensText({ kind: 'length' })).toBe('.length');
    expect(
      lensText({
        kind: 'path',
        accessors: [
          { kind: 'field', name: 'a' },
          { kind: 'index', index: 0 },
          { kind: 'byScalar', name: 'k' },
          { kind: 'field', name: 'length' },
        ],
      }),
    ).toBe('.$.a.[0].[k].length');
  });
});
