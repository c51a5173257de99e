import { describe, expect, it } from 'vitest';
import { parse, parseUnchecked } from '../../../air-grammar/index.ts';
import { refusal } from './harness.ts';

/** The operand of `(ap WORD x)`, without its span. */
function operandOf(word: string): unknown {
  const { root } = parseUnchecked(`(match ${word} 1 (null))`);
  if (root.kind !== 'match') return expect.fail(root.kind);
  const { start, end, ...operand } = root.left;
  expect({ start, end }).toEqual({ start: 7, end: 7 + word.length });
  return operand;
}

const path = (...accessors: unknown[]): unknown => ({ kind: 'path', accessors });
const index = (i: number): unknown => ({ kind: 'index', index: i });
const field = (name: string): unknown => ({ kind: 'field', name });
const byScalar = (name: string): unknown => ({ kind: 'byScalar', name });
const scalar = (name: string, lens?: unknown): unknown => ({
  kind: 'scalar',
  name,
  ...(lens ? { lens } : {}),
});

describe('valid words', () => {
  it.each<readonly [string, unknown]>([
    ['%init_peer_id%', { kind: 'initPeerId' }],
    ['%timestamp%', { kind: 'timestamp' }],
    ['%ttl%', { kind: 'ttl' }],
    ['true', { kind: 'boolean', value: true }],
    ['false', { kind: 'boolean', value: false }],
    ['True', scalar('True')],
    [':error:', { kind: 'error' }],
    [':error:.$.a', { kind: 'error', lens: path(field('a')) }],
    ['%last_error%', { kind: 'lastError' }],
    ['%last_error%.$.a!.[0]!', { kind: 'lastError', lens: path(field('a'), index(0)) }],
    ['%last_error%.length', { kind: 'lastError', lens: { kind: 'length' } }],
    ['7', { kind: 'integer', value: 7n }],
    ['+7', { kind: 'integer', value: 7n }],
    ['-0', { kind: 'integer', value: 0n }],
    ['-007', { kind: 'integer', value: -7n }],
    ['9223372036854775807', { kind: 'integer', value: 2n ** 63n - 1n }],
    ['-9223372036854775808', { kind: 'integer', value: -(2n ** 63n) }],
    ['1.', { kind: 'float', value: 1 }],
    ['-0.0', { kind: 'float', value: -0 }],
    ['+1.50', { kind: 'float', value: 1.5 }],
    ['123456789.1', { kind: 'float', value: 123456789.1 }],
    ['x', scalar('x')],
    ['call.$.a', scalar('call', path(field('a')))],
    ['1e3', scalar('1e3')],
    ['1abc', scalar('1abc')],
    ['--5', scalar('--5')],
    ['+-5', scalar('+-5')],
    ['+a', scalar('+a')],
    ['-a', scalar('-a')],
    ['²a', scalar('²a')],
    ['naïve', scalar('naïve')],
    ['𝒳', scalar('𝒳')],
    ['#c', { kind: 'canon', name: '#c' }],
    ['#$c', { kind: 'canon', name: '#$c' }],
    ['#%c', { kind: 'canonMap', name: '#%c' }],
    ['a%b', { kind: 'canonMap', name: 'a%b' }],
    ['+%b', { kind: 'canonMap', name: '+%b' }],
    ['%%b', { kind: 'canonMap', name: '%%b' }],
    ['#a.$.[0]', { kind: 'canon', name: '#a', lens: path(index(0)) }],
    ['#$a.$.[0]', { kind: 'canon', name: '#$a', lens: path(index(0)) }],
    ['x.length', scalar('x', { kind: 'length' })],
    ['x.$.length', scalar('x', path(field('length')))],
    ['x.$.a[0].[k]', scalar('x', path(field('a'), index(0), byScalar('k')))],
    ['x.$[0]', scalar('x', path(index(0)))],
    ['x.$.[007]!', scalar('x', path(index(7)))],
    ['x.$.[4294967295]', scalar('x', path(index(0xffff_ffff)))],
    ['x.$.[-1]', scalar('x', path(byScalar('-1')))],
    ['x.$.-', scalar('x', path(field('-')))],
    ['x.$.é', scalar('x', path(field('é')))],
    ['x.$.éa', scalar('x', path(field('éa')))],
  ])('%s', (word, expected) => expect(operandOf(word)).toEqual(expected));

  it.each<readonly [string, string, string]>([
    ['$s', 'stream', '$s'],
    ['%m', 'streamMap', '%m'],
    ['%ttl', 'streamMap', '%ttl'],
    ['%last_errorx', 'streamMap', '%last_errorx'],
  ])('%s is a %s', (word, kind, name) => {
    expect(parse(`(new ${word} (null))`).root).toMatchObject({ variable: { kind, name } });
  });
});

describe('invalid words', () => {
  const NAME = "only alphanumeric, '_', and '-' characters are allowed in this position";
  const TAGGED = 'a tagged name should be non empty';
  const CANON = 'a canon name should be non empty';
  const LENS = 'invalid character in lambda';
  const NO_LENS = "provided lambda isn't a lens";
  const NUMBER = 'a digit could contain only digits or one dot';
  const DOT =
    "leading dot without any symbols before - please write 0 if it's float or variable name if it's a lambda";
  it.each<readonly [word: string, message: string, at: number]>([
    ['a!', NAME, 1],
    ['!', NAME, 0],
    ['a+b', NAME, 1],
    ['null;x', NAME, 4],
    ['1$x', NAME, 1],
    ['é%b', NAME, 1],
    [':%b', NAME, 0],
    ['a%%b', NAME, 2],
    ['$$a', NAME, 1],
    ['%ttl%x', NAME, 4],
    ['%init_peer_id%.$.a', NAME, 13],
    [':error', NAME, 0],
    ['e\u0301', NAME, 1],
    ['🦊', NAME, 0],
    ['\u200b', NAME, 0],
    ['$', TAGGED, 0],
    ['#', TAGGED, 0],
    ['%', TAGGED, 0],
    ['#$', CANON, 1],
    ['#%', CANON, 1],
    ['a%', CANON, 1],
    ['$.a', CANON, 0],
    ['#$.$.a', CANON, 1],
    ['.a', DOT, 0],
    ['.5', DOT, 0],
    ['-.5', DOT, 1],
    ['1.2.3', NUMBER, 3],
    ['1.5e3', NUMBER, 3],
    ['1.a', NUMBER, 2],
    ['+', 'invalid digit found in string', 0],
    ['-', 'invalid digit found in string', 0],
    ['٣', 'invalid digit found in string', 0],
    ['½.5', 'invalid float literal', 0],
    ['9223372036854775808', 'number too large to fit in target type', 0],
    ['-9223372036854775809', 'number too small to fit in target type', 0],
    ['12345678.890', 'this float is too big, a float could contain less than 12 digits', 0],
    ['x.$.a!.b', LENS, 1],
    ['x.$.a+', LENS, 1],
    ['x.', NO_LENS, 1],
    ['x.$', NO_LENS, 1],
    ['x.$.', NO_LENS, 1],
    ['x.a', NO_LENS, 1],
    ['x.$.0', NO_LENS, 1],
    ['x.$.0a', NO_LENS, 1],
    ['x.$.[]', NO_LENS, 1],
    ['x.$.[0a]', NO_LENS, 1],
    ['x.$.[$s]', NO_LENS, 1],
    ['x.$.["k"]', NO_LENS, 1],
    ['x.$.[4294967296]', NO_LENS, 1],
    ['x.$.a..b', NO_LENS, 1],
    ['x.length.$.a', NO_LENS, 1],
    ['x.$a', NO_LENS, 1],
    [':error:x', NO_LENS, 7],
    [':error:.$', NO_LENS, 7],
    ['%last_error%.$.a!!', NO_LENS, 12],
  ])('%s: %s', (word, message, at) => {
    const [first, ...others] = refusal(`(match ${word} 1 (null))`).diagnostics;
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      code: 'ERR_AIR_LEXICAL',
      message,
      span: { start: 7 + at, end: 7 + word.length },
    });
  });

  it('a number of millions of digits is refused without being converted', () => {
    const word = '9'.repeat(4_000_000);
    expect(refusal(`(ap ${word} x)`).diagnostics[0]?.message).toBe('number too large to fit in target type');
    expect(refusal(`(ap -${word} x)`).diagnostics[0]?.message).toBe('number too small to fit in target type');
    expect(operandOf(`${'0'.repeat(100_000)}7`)).toEqual({ kind: 'integer', value: 7n });
  });
});
