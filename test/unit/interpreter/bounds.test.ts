import { describe, expect, it } from 'vitest';
import { decodeData, encodeData, RetCode, type Limits, type Outcome } from '../../../interpreter/index.ts';
import { CborWriter } from '../../../interpreter/cbor.ts';
import { forgetAll } from '../../../interpreter/forget.ts';
import { NAME_BYTES_MAX, UINT32_MAX } from '../../../interpreter/limits.ts';
import { idOf, seedOf, signer } from '../../support/cast.ts';
import { Bench } from '../../support/bench.ts';

// Each bound of a reader is met by who writes: just below, at and above it.

/** What a peer makes of data that remembers and knows nothing. */
function stranger(bench: Bench, current: Uint8Array): Outcome {
  forgetAll();
  return bench.run('mallory', { prev: new Uint8Array(0), current });
}

const numbers = (count: number): string => JSON.stringify(Array.from({ length: count }, (_, i) => i));
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('names of calls', () => {
  /** Bob answers a call whose service or function has this name. */
  function called(name: string, script: string) {
    const bench = new Bench(script.replace('NAME', name));
    let outcome = bench.run('alice');
    if (outcome.callRequests.get(1)?.functionName === 'name')
      outcome = bench.run('alice', { results: { 1: JSON.stringify(name) } });
    const [id] = outcome.callRequests.keys();
    if (id !== undefined) outcome = bench.run('alice', { results: { [id]: '7' } });
    return { outcome, bench };
  }
  const LITERAL = '(call "alice" ("NAME" "f") [] x)';
  const VARIABLE = '(seq (call "alice" ("s" "name") [] n) (call "alice" ("s" n) [] x))';
  const HALF = 'é'.repeat(NAME_BYTES_MAX / 2);

  it.each([
    ['below', LITERAL, 'x'.repeat(NAME_BYTES_MAX - 1)],
    ['at', LITERAL, 'x'.repeat(NAME_BYTES_MAX)],
    ['at, in two bytes each', LITERAL, HALF],
    ['at', VARIABLE, 'x'.repeat(NAME_BYTES_MAX)],
  ])('%s the limit are recorded, and read by a stranger: %s', (_, script, name) => {
    const { outcome, bench } = called(name, script);
    expect(outcome.retCode).toBe(RetCode.success);
    expect(stranger(bench, outcome.data).retCode).toBe(RetCode.success);
  });

  it.each([
    ['a literal', LITERAL, 'x'.repeat(NAME_BYTES_MAX + 1)],
    ['in two bytes each', LITERAL, `${HALF}x`],
    ['a variable', VARIABLE, 'x'.repeat(NAME_BYTES_MAX + 1)],
    ['a service', '(seq (call "alice" ("s" "name") [] n) (call "alice" (n "f") []))', `${HALF}x`],
    ['a peer', '(seq (call "alice" ("s" "name") [] n) (call n ("s" "f") []))', `${HALF}x`],
    ['a canon’s peer', '(seq (call "alice" ("s" "name") [] n) (canon n $s #s))', `${HALF}x`],
  ])('above the limit fail, for everybody, and can be caught: %s', (_, script, name) => {
    const { outcome, bench } = called(name, script);
    expect(outcome.retCode).toBe(RetCode.nameSizeLimit);
    expect(outcome.callRequests.size).toBe(0);
    expect(stranger(bench, outcome.data).retCode).toBe(RetCode.nameSizeLimit);
    const caught = called(name, `(xor ${script} (null))`);
    expect(caught.outcome.retCode).toBe(RetCode.success);
  });
});

describe('nesting', () => {
  it.each([
    [126, 'ok'],
    [127, 'ok'],
    [128, 'failed'],
  ])('of an answer: %i levels', (depth, expected) => {
    for (const result of [nested(depth), { retCode: 0, result: JSON.parse(nested(depth)) as never }]) {
      const bench = new Bench('(xor (call "alice" ("s" "f") [] x) (call "alice" ("s" "failed") []))');
      bench.run('alice');
      const { retCode, data, callRequests } = bench.run('alice', { results: { 1: result } });
      expect(retCode).toBe(RetCode.success);
      expect(callRequests.size).toBe(expected === 'ok' ? 0 : 1);
      expect(stranger(bench, data).retCode).toBe(RetCode.success);
    }
  });
});

describe('values and records', () => {
  it.each([999, 1000, 1001, 2500])('%i values, each of which a record names', count => {
    const bench = new Bench(
      '(seq (call "alice" ("s" "l") [] l) (fold l i (par (call "alice" ("s" "f") [i] $s) (next i))))',
    );
    bench.run('alice');
    const { callRequests } = bench.run('alice', { results: { 1: numbers(count) } });
    const results = Object.fromEntries([...callRequests.keys()].map(id => [id, String(id)]));
    const { data } = bench.run('alice', { results });
    expect(decodeData(data, bench.particleSignature, 'test').values.size).toBe(count + 1);
    expect(stranger(bench, data).retCode).toBe(RetCode.success);
  });

  it('request ids end with a code, and the particle stands', () => {
    const bench = new Bench('(par (call "alice" ("s" "f") []) (call "alice" ("s" "g") []))');
    const known = (lastRequestId: number) =>
      encodeData({ lastRequestId, states: new Map(), logs: new Map(), values: new Map() });
    const at = bench.run('alice', { prev: known(UINT32_MAX - 2) });
    expect([...at.callRequests.keys()]).toEqual([UINT32_MAX - 1, UINT32_MAX]);
    forgetAll();
    expect(bench.run('alice', { prev: at.data }).retCode).toBe(RetCode.success);
    const prev = known(UINT32_MAX - 1);
    expect(bench.run('alice', { prev })).toMatchObject({ retCode: RetCode.sizeLimit, data: prev });
  });
});

describe('keys', () => {
  it.each(['alice', '', 'x'.repeat(300), `${idOf('alice')}x`])(
    'a signer whose peer id is not a key: %s',
    peerId => {
      const { params, ...input } = new Bench('(canon %init_peer_id% $s #s)').input('alice');
      const outcome = new Bench('(null)').executed({
        ...input,
        params: {
          ...params,
          currentPeerId: peerId,
          secretKey: { peerId, sign: m => signer('alice').sign(m) },
        },
      });
      expect(outcome.retCode).toBe(RetCode.keyMalformed);
    },
  );

  it('honest twin: a signer that keeps its seed elsewhere', () => {
    const { params, ...input } = new Bench('(null)').input('alice');
    const outcome = new Bench('(null)').executed({
      ...input,
      params: { ...params, secretKey: { peerId: idOf('alice'), sign: m => signer('alice').sign(m) } },
    });
    expect(outcome.retCode).toBe(RetCode.success);
    expect(seedOf('alice')).toHaveLength(32);
  });
});

describe('odd numbers', () => {
  it.each([1.5, -1, NaN, -Infinity, 2 ** 53, '7', null])('as a limit: %s', limit => {
    for (const name of ['depth', 'instructions', 'dataSizeBytes']) {
      const bench = new Bench('(null)', { limits: { [name]: limit } as Partial<Limits> });
      expect(() => bench.run('alice')).toThrow(`params.limits.${name} must be`);
    }
  });

  it('a limit that does not exist', () => {
    const bench = new Bench('(null)', { limits: { instruction: 5 } as Partial<Limits> });
    expect(() => bench.run('alice')).toThrow(new TypeError('params.limits.instruction is not a limit'));
  });

  it('honest twin: whole numbers, and no limit at all', () => {
    const bench = new Bench('(null)', { limits: { depth: 0, instructions: 1, composedSize: Infinity } });
    expect(bench.run('alice').retCode).toBe(RetCode.success);
  });

  it.each([1.5, -1, NaN, Infinity])('in data: %s', value => {
    expect(() => new CborWriter().uint(value)).toThrow(
      expect.objectContaining({ code: 'ERR_CBOR_RANGE' }) as Error,
    );
  });

  it.each(['timestamp', 'ttl'])('as %s', name => {
    const { params, ...input } = new Bench('(null)').input('alice');
    for (const value of [1.5, -1, NaN, Infinity, '1', 2 ** 53]) {
      const odd = { ...input, params: { ...params, [name]: value } };
      expect(() => new Bench('(null)').executed(odd)).toThrow(TypeError);
    }
  });

  it.each([1.5, -1, NaN, 2 ** 32])('as a request id: %s', id => {
    const bench = new Bench('(call "alice" ("s" "f") [])');
    bench.run('alice');
    const input = { ...bench.input('alice'), callResults: new Map([[id, { retCode: 0, result: 1 }]]) };
    expect(bench.executed(input).retCode).toBe(RetCode.callResultsMalformed);
  });

  it.each([1.5, NaN, 2 ** 31, -(2 ** 31) - 1, '0'])('as a return code: %s', retCode => {
    const bench = new Bench('(call "alice" ("s" "f") [])');
    bench.run('alice');
    const results = { 1: { retCode: retCode as number, result: 1 } };
    expect(bench.run('alice', { results }).retCode).toBe(RetCode.callResultsMalformed);
  });
});
