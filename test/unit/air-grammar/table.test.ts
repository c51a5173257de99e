import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  beautify,
  describeInstruction,
  format,
  parse,
  parseToRun,
  parseUnchecked,
  undefinedVariables,
  validate,
  walk,
  type Instruction,
} from '../../../air-grammar/index.ts';
import { AirError } from '../../../air-grammar/errors.ts';
import { explain } from '../../../air-grammar/explain.ts';
import { grammarOf } from '../../../air-grammar/grammar/grammar.ts';
import { INSTRUCTIONS } from '../../../air-grammar/instructions.ts';
import { AIR, Language } from '../../../air-grammar/language.ts';
import { CANON, SCALAR, STREAM, TARGET, VALUE } from '../../../air-grammar/places.ts';
import {
  define,
  defineOptional,
  leaf,
  nested,
  nestedOptional,
  read,
  readAll,
} from '../../../air-grammar/table.ts';
import { begin } from '../../../interpreter/executor/begin.ts';
import type { Run } from '../../../interpreter/executor/run.ts';
import { formsByPlace, formsOf } from '../../differential/forms.ts';
import { programsOf } from '../../support/air-arbitrary.ts';
import { withoutSpans } from './harness.ts';

/** A copy of the table with one more instruction: `(guard value [others] name body otherwise)`, the last of them optional. */
const COPY = new Language({
  ...INSTRUCTIONS,
  guard: {
    forms: {
      guard: [read('value', VALUE), '[', readAll('others', VALUE), ']', define('target', SCALAR)],
    },
    nested: [nested('body'), nestedOptional('otherwise')],
    tail: 'body',
  },
});
const kindsIn = (text: string): string[] => {
  const kinds: string[] = [];
  walk(parseUnchecked(text, COPY).root, { enter: ({ kind }) => kinds.push(kind) }, COPY);
  return kinds;
};
const rulesIn = (text: string): unknown[] =>
  validate(parseUnchecked(text, COPY), COPY).map(({ rule, span }) => `${rule} ${span.start}`);
const messageOf = (read: () => unknown): string => {
  try {
    read();
  } catch (failure) {
    if (failure instanceof AirError) return failure.diagnostics[0]?.message ?? '';
    throw failure;
  }
  return 'accepted';
};

describe('an instruction that is added to the table', () => {
  const text = '(seq (ap 1 x) (guard x [x "a"] y (ap y z) (null)))';

  it('is read, with the instructions nested in it', () => {
    const { root, size } = parse(text, COPY);
    expect(size).toBe(5);
    expect(root).toMatchObject({
      right: {
        kind: 'guard',
        index: 2,
        value: { kind: 'scalar', name: 'x' },
        others: [{ name: 'x' }, { value: 'a' }],
        target: { name: 'y' },
        body: { kind: 'ap', index: 3 },
        otherwise: { kind: 'null', index: 4 },
      },
    });
    expect(text.slice(14, 49)).toBe('(guard x [x "a"] y (ap y z) (null))');
    expect(root).toMatchObject({ right: { start: 14, end: 49 } });
  });

  it('is read by the grammar in the same way', () => {
    expect(grammarOf(COPY).read(text)).toEqual(parse(text, COPY));
  });

  it('is a node of a script that runs, its nested instructions too', () => {
    const { root } = parseToRun(text, COPY) as unknown as { root: { right: Record<string, unknown> } };
    expect(root.right['kind']).toBe('guard');
    expect(root.right['body']).toMatchObject({ kind: 'ap', index: 3 });
    expect(root.right['otherwise']).toMatchObject({ kind: 'null', index: 4 });
  });

  it('is explained where it is wrong', () => {
    expect(messageOf(() => parse('(guard 1 [] "y" (null))', COPY))).toBe('expected scalar, found `"y"`');
    expect(messageOf(() => parse('(guard 1 [] y)', COPY))).toBe('expected "(" of an instruction, found `)`');
    expect(messageOf(() => parse('(guard 1 [] y (null)', COPY))).toBe(
      'expected ")" of `guard`, found the end of the script',
    );
    expect(messageOf(() => parse('(x)', COPY))).toContain('guard or match');
  });

  it('has a keyword, which is not a name', () => {
    expect(messageOf(() => parse('(ap 1 guard)', COPY))).toBe('expected scalar or stream, found `guard`');
    expect(parse('(ap 1 guard)').root.kind).toBe('ap');
  });

  it('is walked', () => expect(kindsIn(text)).toEqual(['seq', 'ap', 'guard', 'ap', 'null']));

  it.each<readonly [rule: string, text: string, found: readonly string[]]>([
    ['V1 in its operands', '(guard x [] y (null))', ['V1 0']],
    ['V1 in its list', '(guard 1 [x] y (null))', ['V1 0']],
    ['V1 in its body', '(guard 1 [] y (ap x z))', ['V1 14']],
    ['V1 in its optional instruction', '(guard 1 [] y (null) (ap x z))', ['V1 21']],
    ['V1 for what it defines itself', '(guard y [] y (null))', ['V1 0']],
    ['V1 not for what it defines for its body', '(guard 1 [] y (ap y z))', []],
    ['V2', '(guard 1 [] y (next i))', ['V2 14']],
    ['V3', '(fold [] i (par (next i) (guard 1 [] y (next i))))', ['V3 39']],
    ['V4', '(fold [] i (guard 1 [] y (new i (null))))', ['V4 25']],
    ['V5', '(fold [] i (guard 1 [] y (fold [] i (null))))', ['V5 25']],
    ['V6', '(guard 1 [] y (fail 0 "no"))', ['V6 14']],
    ['V7', '(seq (ap 1 $s) (fold $s i (seq (guard 1 [] y (next i)) (null))))', ['V7 26']],
    [
      'V7 not for a next that comes last',
      '(seq (ap 1 $s) (fold $s i (seq (null) (guard 1 [] y (next i)))))',
      [],
    ],
  ])('is validated: %s', (_, script, found) => {
    expect(rulesIn(script)).toEqual(found);
    // What is collected while reading says the same.
    expect(messageOf(() => parseToRun(script, COPY)) === 'accepted').toBe(found.length === 0);
  });

  it('has names that may be undefined', () => {
    expect(undefinedVariables(parseUnchecked('(guard a [b] y (ap c z))', COPY), COPY)).toMatchObject([
      { name: 'c' },
      { name: 'a' },
      { name: 'b' },
    ]);
  });

  it('is formatted, described and listed', () => {
    const { root } = parse(text, COPY);
    expect(format(root, COPY)).toBe('(seq\n  (ap 1 x)\n  (guard x [x "a"] y\n    (ap y z)\n    (null)))\n');
    expect(describeInstruction((root as unknown as { right: Instruction }).right, COPY)).toBe(
      'guard x [x "a"] y',
    );
    expect(beautify(root, {}, COPY)).toBe('ap 1 x\nguard x [x "a"] y:\n    ap y z\notherwise:\n    null\n');
  });

  it('is made by the generators of tests', () => {
    let made = 0;
    fc.assert(
      fc.property(programsOf(COPY), program => {
        const script = format(program, COPY);
        made += script.split('(guard ').length - 1;
        expect(withoutSpans(parse(script, COPY).root)).toEqual(withoutSpans(program));
        expect(parseUnchecked(script, COPY)).toEqual(grammarOf(COPY).read(script));
      }),
      { seed: 20_261_128, numRuns: 100 },
    );
    expect(made).toBeGreaterThan(20);
    const forms = formsByPlace(COPY);
    expect(Object.keys(forms)).toContain('guard value with otherwise');
    const { root } = parseUnchecked('(guard 1 [] y (null) (null))', COPY);
    expect(formsOf(root, COPY)).toContain('guard value with otherwise: integer');
  });
});

describe('an instruction that the table does not have', () => {
  const { root } = parseUnchecked('(guard 1 [] y (ap unknown z))', COPY);
  const script = { text: '', root, size: 2 };

  it.each<readonly [string, () => unknown]>([
    ['walk', () => walk(root, {})],
    ['validate', () => validate(script)],
    ['undefinedVariables', () => undefinedVariables(script)],
    ['format', () => format(root)],
    ['beautify', () => beautify(root)],
    ['describeInstruction', () => describeInstruction(root)],
    ['formsOf', () => formsOf(root)],
  ])('is passed over by none: %s', (_, run) => {
    expect(run).toThrow('the table of instructions has a row for `guard`');
  });

  it('is not executed', () => {
    expect(() => begin({} as Run, root)).toThrow('instruction');
  });
});

describe('a table', () => {
  it('has one row for each kind of node', () => {
    expect(() => new Language({ ...INSTRUCTIONS, again: leaf({ ap: [] }) })).toThrow('belongs to one row');
  });

  it('has forms that one token tells apart', () => {
    const same = leaf({ first: [read('a', VALUE), define('b', CANON)], second: [read('c', VALUE)] });
    expect(() => new Language({ same })).toThrow('tell the forms of `same` apart');
    const other = leaf({ first: [define('a', STREAM)], second: [define('b', SCALAR)] });
    expect(new Language({ other }).forms.map(({ kind }) => kind)).toEqual(['first', 'second']);
  });

  it('has lists and optional operands that end at a character', () => {
    const list = leaf({ list: [readAll('a', VALUE), define('b', SCALAR)] });
    expect(() => new Language({ list })).toThrow('end at a character');
    const optional = leaf({ optional: [defineOptional('a', TARGET)] });
    expect(parse('(optional)', new Language({ optional })).root).toEqual({
      kind: 'optional',
      start: 0,
      end: 10,
      index: 0,
    });
  });
});

describe('explain', () => {
  it('gives an error, whatever the grammar makes of the script: nothing that it accepts runs', () => {
    expect(explain('(null)', AIR).diagnostics).toMatchObject([
      { code: 'ERR_AIR_SYNTAX', span: { start: 0, end: 6 } },
    ]);
  });
});
