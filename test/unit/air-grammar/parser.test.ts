import { describe, expect, it } from 'vitest';
import { parse, parseUnchecked, walk } from '../../../air-grammar/index.ts';
import { refusal } from './harness.ts';

describe('parse', () => {
  it('builds the tree with spans and indexes', () => {
    const text =
      '(seq\n  (call %init_peer_id% ("s" "f") [[ ]] x)\n  (fold x.$.a i\n    (next i)\n    (null)))';
    const { root, size } = parse(text);
    expect(size).toBe(5);
    expect(root).toEqual({
      kind: 'seq',
      start: 0,
      end: text.length,
      index: 0,
      left: {
        kind: 'call',
        start: 7,
        end: 46,
        index: 1,
        peer: { kind: 'initPeerId', start: 13, end: 27 },
        service: { kind: 'string', value: 's', start: 29, end: 32 },
        functionName: { kind: 'string', value: 'f', start: 33, end: 36 },
        arguments: [{ kind: 'emptyArray', start: 39, end: 42 }],
        output: { kind: 'scalar', name: 'x', start: 44, end: 45 },
      },
      right: {
        kind: 'fold',
        start: 49,
        end: 87,
        index: 2,
        iterable: {
          kind: 'scalar',
          name: 'x',
          lens: { kind: 'path', accessors: [{ kind: 'field', name: 'a' }] },
          start: 55,
          end: 60,
        },
        iterator: { kind: 'scalar', name: 'i', start: 61, end: 62 },
        body: {
          kind: 'next',
          start: 67,
          end: 75,
          index: 3,
          iterator: { kind: 'scalar', name: 'i', start: 73, end: 74 },
        },
        last: { kind: 'null', start: 80, end: 86, index: 4 },
      },
    });
  });

  it.each<readonly [string, object]>([
    ['(canon "p" $s #c)', { kind: 'canon', source: { kind: 'stream' }, target: { kind: 'canon' } }],
    ['(canon "p" %m #%c)', { kind: 'canonMap', source: { kind: 'streamMap' }, target: { kind: 'canonMap' } }],
    [
      '(canon "p" %m c)',
      { kind: 'canonMapScalar', source: { kind: 'streamMap' }, target: { kind: 'scalar' } },
    ],
    ['(ap 1 $s)', { kind: 'ap', value: { value: 1n }, target: { kind: 'stream' } }],
    ['(ap (2 1.0) %m)', { kind: 'apMap', key: { value: 2n }, value: { kind: 'float', value: 1 } }],
    ['(fail -7 "no")', { operand: { kind: 'failure', code: -7n, message: 'no', start: 6, end: 13 } }],
    ['(fail x.length)', { operand: { kind: 'scalar', lens: { kind: 'length' } } }],
    ['(new #%m (never))', { kind: 'new', variable: { kind: 'canonMap' }, body: { kind: 'never' } }],
    ['(mismatch [] %ttl% (null))', { left: { kind: 'emptyArray' }, right: { kind: 'ttl' } }],
  ])('%s', (text, expected) => expect(parse(text).root).toMatchObject(expected));

  it('a call without output and a fold without last have no such property', () => {
    expect(Object.keys(parse('(call "p" ("s" "f") [])').root)).not.toContain('output');
    expect(Object.keys(parse('(fold [] i (null))').root)).not.toContain('last');
  });

  it('a refused script leaves nothing behind for the next one', () => {
    expect(() => parse('(seq (seq (null)')).toThrow();
    expect(() => parse('(seq (null) x)')).toThrow();
    const { root, size } = parse('(par (null) (never))');
    expect(root.kind).toBe('par');
    expect(size).toBe(3);
  });

  it('the unchecked form breaks rules of validation, but none of the grammar', () => {
    const seen: string[] = [];
    walk(parseUnchecked('(seq (ap unknown x) (next i))').root, { enter: ({ kind }) => seen.push(kind) });
    expect(seen).toEqual(['seq', 'ap', 'next']);
    expect(() => parseUnchecked('(seq (null))')).toThrow();
  });
});

describe('syntax errors', () => {
  it.each<readonly [script: string, message: string, line: number, column: number]>([
    ['', 'expected "(" of an instruction, found the end of the script', 1, 1],
    ['(null\n', 'expected ")", found the end of the script', 2, 1],
    ['(seq (null) (null)\n', 'expected ")" of `seq`, found the end of the script', 2, 1],
    ['x', 'expected "(" or ")", found `x`', 1, 1],
    [')', 'expected "(", found `)`', 1, 1],
    ['(null))', 'expected the end, found `)`', 1, 7],
    ['(null)\n(null)', 'expected the end, since a script is one instruction, found `(`', 2, 1],
    ['(seq (null))', 'expected "(" of an instruction, found `)`', 1, 12],
    ['(match 1 1 (null) (null))', 'expected ")", found `(`', 1, 19],
    ['(call "p" ("s" "f") [$s])', 'expected "]", found `$s`', 1, 22],
    ['(call 1 ("s" "f") [])', 'expected peer, found `1`', 1, 7],
    ['(ap #%mm x)', 'expected "(" or "[" or value other than a whole canon map, found `#%mm`', 1, 5],
    ['(canon "p" $s c)', 'expected canon stream, found `c`', 1, 15],
    ['(canon "p" %m #c)', 'expected canon map or scalar, found `#c`', 1, 15],
    ['(fold "abc" i (null))', 'expected "[" or iterable, found `"abc"`', 1, 7],
    ['(fail "a\nb")', 'expected error or integer, found `"a b"`', 1, 7],
    [
      '()',
      'expected ap or call or canon or fail or fold or match or mismatch or never or new or next or null or par or seq or xor, found `)`',
      1,
      2,
    ],
  ])('%j: %s', (script, message, line, column) => {
    expect(refusal(script).diagnostics).toMatchObject([{ code: 'ERR_AIR_SYNTAX', message, line, column }]);
  });

  it('long tokens are cut in messages', () => {
    const { message } = refusal(`(next "${'🦊'.repeat(10_000)}")`).diagnostics[0] ?? { message: '' };
    expect(message).toBe(`expected scalar, found \`"${'🦊'.repeat(19)}…\``);
  });
});
