import fc from 'fast-check';
import { describe, it } from 'vitest';
import { canonicalJson, compareUtf8 } from '../../interpreter/values/canonical-json.ts';
import {
  equalJson,
  float,
  Float,
  fromJsonValue,
  integer,
  INTEGER_MAX,
  INTEGER_MIN,
  JsonError,
  toJsonValue,
  type Json,
} from '../../interpreter/values/json.ts';
import { parseCanonicalJson, parseJson } from '../../interpreter/values/json-parser.ts';

const RUNS = { seed: 20261124, numRuns: 500 };

/** Strings of any well-formed text, with what parsers stumble over made likely. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom(
      '"',
      '\\',
      '[',
      ']',
      '{',
      '}',
      '0',
      '1',
      '.',
      'e',
      '-',
      '\n',
      '\u2028',
      '😀',
      '\ufffd',
    ),
  }),
  fc.constantFrom('__proto__', 'toJSON', 'constructor', '10', '9', ''),
);
const doubles = fc.double({ noNaN: true, noDefaultInfinity: true });
const scalar: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom(null, true, false),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }).map(integer),
  doubles.map(float),
  text,
);
const json: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>(tie => ({
  json: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    scalar,
    fc.array(tie('json'), { maxLength: 5 }),
    fc
      .array(fc.tuple(text, tie('json')), { maxLength: 5 })
      .map((entries): Json => Object.fromEntries(entries)),
  ),
})).json;

/** JSON text, mostly valid: numbers of every spelling, white space, escapes, and now and then a character too many or too few. */
const numberText = fc.stringMatching(/^-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,24})?([eE][+-]?[0-9]{1,3})?$/);
const jsonText = fc
  .oneof(
    json.map(canonicalJson),
    numberText,
    fc.array(numberText, { maxLength: 4 }).map(numbers => `[ ${numbers.join(' ,\n')} ]`),
    fc.json(),
    text.map(value => JSON.stringify({ [value]: value })),
    text.map(
      value =>
        `"${[...value].map(c => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0').slice(-4)}`).join('')}"`,
    ),
  )
  .chain(valid =>
    fc.oneof(
      { weight: 3, arbitrary: fc.constant(valid) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(
            fc.nat(valid.length),
            fc.nat(2),
            fc.constantFrom('', '"', '\\', ',', ':', '[', '}', '0', '-', '.', 'e', ' '),
          )
          .map(([at, skipped, inserted]) => valid.slice(0, at) + inserted + valid.slice(at + skipped)),
      },
    ),
  )
  .filter(candidate => candidate.isWellFormed());

/** The value, or the code of the refusal. */
function outcomeOf(parse: () => Json | undefined): {
  readonly value?: Json | undefined;
  readonly code?: string;
} {
  try {
    return { value: parse() };
  } catch (failure) {
    if (failure instanceof JsonError) return { code: failure.code };
    throw failure;
  }
}

const sameOutcome = (a: ReturnType<typeof outcomeOf>, b: ReturnType<typeof outcomeOf>): boolean =>
  a.code === b.code &&
  (a.value === undefined) === (b.value === undefined) &&
  printed(a.value) === printed(b.value);

const printed = (value: Json | undefined): string => (value === undefined ? '' : canonicalJson(value));

const holds = (property: fc.IRawProperty<unknown>): void =>
  fc.assert(property as fc.IProperty<unknown>, RUNS);

describe('JSON', () => {
  it('parseCanonicalJson(canonicalJson(x)) = x', () => {
    holds(
      fc.property(json, x => {
        const back = parseCanonicalJson(canonicalJson(x));
        return back !== undefined && equalJson(back, x) && canonicalJson(back) === canonicalJson(x);
      }),
    );
  });

  it('parseCanonicalJson(print(f)) = f for every double f', () => {
    fc.assert(
      fc.property(doubles, f => {
        const back = parseCanonicalJson(canonicalJson(float(f)));
        return Object.is(back instanceof Float ? back.value : back, f);
      }),
      { ...RUNS, numRuns: 20_000 },
    );
  });

  it('parseCanonicalJson(t) = x implies canonicalJson(x) = t', () => {
    holds(
      fc.property(jsonText, t => {
        const x = parseCanonicalJson(t);
        return x === undefined || canonicalJson(x) === t;
      }),
    );
  });

  it('parseJson(t) = parseJson("[0.5," + t + "]")[1]: the fast path changes nothing', () => {
    holds(
      fc.property(jsonText, t => {
        const alone = outcomeOf(() => parseJson(t));
        const beside = outcomeOf(() => parseJson(`[0.5,${t}]`));
        // A text such as `1,2` is not a value, but is one inside an array.
        if (beside.value !== undefined && (beside.value as readonly Json[]).length !== 2)
          return alone.code !== undefined;
        const inner = beside.value === undefined ? beside : { value: (beside.value as readonly Json[])[1] };
        return sameOutcome(alone, inner);
      }),
    );
  });

  it('parseJson accepts t ⇔ JSON.parse does, and nothing in t is out of range or ill-formed', () => {
    holds(
      fc.property(jsonText, t => {
        let native: unknown;
        try {
          native = JSON.parse(t);
        } catch {
          return outcomeOf(() => parseJson(t)).code === 'ERR_JSON_SYNTAX';
        }
        const wellFormed =
          JSON.stringify(native)
            .replaceAll(/\\\\/g, '')
            .search(/\\ud[89a-f]/) === -1;
        const { code } = outcomeOf(() => parseJson(t));
        return wellFormed ? code === undefined || code === 'ERR_JSON_NUMBER' : code === 'ERR_JSON_SYNTAX';
      }),
    );
  });

  it('canonicalJson([0.0, x]) = "[0.0," + canonicalJson(x) + "]": the fast path changes nothing', () => {
    holds(fc.property(json, x => canonicalJson([new Float(0), x]) === `[0.0,${canonicalJson(x)}]`));
  });

  it('parseJson(t) is the integer that t writes, if that has 64 bits, else the nearest double', () => {
    fc.assert(
      fc.property(numberText, t => {
        const { code, value } = outcomeOf(() => parseJson(t));
        if (code !== undefined) return code === 'ERR_JSON_NUMBER' && !Number.isFinite(Number(t));
        const integral = /^-?[0-9]+$/.test(t) && t !== '-0' ? BigInt(t) : undefined;
        if (integral !== undefined && integral >= INTEGER_MIN && integral <= INTEGER_MAX)
          return value === integer(integral);
        return value instanceof Float
          ? isNearest(t, value.value)
          : typeof value === 'number' && !Number.isInteger(value) && isNearest(t, value);
      }),
      { ...RUNS, numRuns: 5_000 },
    );
  });

  it('parseJson(String(double)) = double: no text of 16 or 17 digits changes', () => {
    fc.assert(
      fc.property(doubles, double => {
        const read = parseJson(JSON.stringify(double));
        const value = read instanceof Float ? read.value : Number(read);
        return value === double && parseCanonicalJson(canonicalJson(read)) !== undefined;
      }),
      { ...RUNS, numRuns: 5_000 },
    );
  });

  it('compareUtf8(a, b) = memcmp(utf8(a), utf8(b))', () => {
    holds(
      fc.property(
        text,
        text,
        (a, b) => Math.sign(compareUtf8(a, b)) === Buffer.compare(Buffer.from(a), Buffer.from(b)),
      ),
    );
  });

  it('equalJson is an equivalence, and is equality of canonical text up to the sign of zero', () => {
    const withoutSignOfZero = (x: Json): string =>
      canonicalJson(x).replaceAll(/(?<![0-9.e])-0\.0(?![0-9])/g, '0.0');
    holds(
      fc.property(
        json.filter(x => !canonicalJson(x).includes('"')),
        json.filter(x => !canonicalJson(x).includes('"')),
        (a, b) => {
          const equal = equalJson(a, b);
          return (
            equalJson(a, a) &&
            equal === equalJson(b, a) &&
            equal === (withoutSignOfZero(a) === withoutSignOfZero(b))
          );
        },
      ),
    );
  });

  it('fromJsonValue(toJsonValue(x)) = x, but for floats that are whole', () => {
    holds(
      fc.property(json, x => {
        const back = fromJsonValue(toJsonValue(x), 'x');
        return (
          canonicalJson(fromJsonValue(toJsonValue(back), 'x')) === canonicalJson(back) && sameShape(back, x)
        );
      }),
    );
  });
});

/** Equal, where a whole float may have become the integer that hosts cannot tell from it. */
function sameShape(a: Json, b: Json): boolean {
  const number = (x: Json): number | undefined =>
    typeof x === 'number' ? x : x instanceof Float ? x.value : undefined;
  const [x, y] = [number(a), number(b)];
  if (x !== undefined || y !== undefined) return x === y;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => sameShape(item as Json, b[i] as Json));
  if (
    typeof a === 'object' &&
    a !== null &&
    typeof b === 'object' &&
    b !== null &&
    !Array.isArray(a) &&
    !Array.isArray(b)
  ) {
    const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
    return (
      left.length === right.size &&
      left.every(([key, value]) => right.has(key) && sameShape(value as Json, right.get(key) as Json))
    );
  }
  return Object.is(a, b);
}

/** Whether `value` is a double nearest to the number that `t` writes: no neighbour is nearer. In exact fractions. */
function isNearest(t: string, value: number): boolean {
  const written = fractionOf(t);
  const away = distance(written, fractionOfDouble(value));
  return [next(value, 1), next(value, -1)].every(
    neighbour => !Number.isFinite(neighbour) || !isLess(distance(written, fractionOfDouble(neighbour)), away),
  );
}

interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

function fractionOf(t: string): Fraction {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE](.+))?$/.exec(t) ?? [];
  const digits = BigInt(`${sign}${whole}${fraction}`);
  const scale = Number(exponent) - fraction.length;
  return scale >= 0
    ? { over: digits * 10n ** BigInt(scale), under: 1n }
    : { over: digits, under: 10n ** BigInt(-scale) };
}

function fractionOfDouble(value: number): Fraction {
  let scaled = value;
  let power = 0n;
  // Doubling is exact, but for what is too large to have a fraction.
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    power += 1n;
  }
  return { over: BigInt(scaled), under: 2n ** power };
}

const distance = (a: Fraction, b: Fraction): Fraction => {
  const over = a.over * b.under - b.over * a.under;
  return { over: over < 0n ? -over : over, under: a.under * b.under };
};

const isLess = (a: Fraction, b: Fraction): boolean => a.over * b.under < b.over * a.under;

/** The double beside, by its bits. */
function next(value: number, step: 1 | -1): number {
  if (value === 0) return step * Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + BigInt(value > 0 ? step : -step));
  return view.getFloat64(0);
}
