import { describe, expect, it } from 'vitest';
import { execute, RetCode, type Outcome } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { idOf } from '../support/cast.ts';
import { Forgery } from '../support/forge.ts';

// Goal:    bob's peer throws, hangs, swells, or acts on what nobody said.
// Means:   any bytes as data, scripts and call results. By chance: test/fuzz.
// Refused: by the decoder, the verifier and the limits, each with a code.
const SCRIPT = `(seq (call "alice" ("s" "list") [] list)
  (seq (fold list i (par (ap i $s) (next i)))
    (seq (canon "alice" $s #s) (call "bob" ("s" "sum") [#s list.$.[0]]))))`;

function carried(): { bench: Bench; data: Uint8Array } {
  const bench = new Bench(SCRIPT);
  bench.run('alice');
  bench.run('alice', { results: { 1: '[1,2,3]' } });
  return { bench, data: bench.data('alice') };
}

/** What bob would do. */
const acts = ({ callRequests }: Outcome): string =>
  JSON.stringify([...callRequests.values()].map(request => request.arguments));

describe('hostile bytes', () => {
  it('honest twin: bob acts on what alice carried', () => {
    const { bench, data } = carried();
    expect(acts(bench.run('bob', { current: data }))).toBe('[[[1,2,3],1]]');
  });

  it('as claims of size: refused before anything is allocated', () => {
    const { bench } = carried();
    for (const head of [0x9b, 0xbb, 0x5b, 0x7b, 0xdb]) {
      const bytes = Uint8Array.of(head, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff);
      expect(bench.run('bob', { current: bytes }).retCode).toBe(RetCode.dataMalformed);
      expect(bench.run('bob', { current: Uint8Array.of(0x86, 1, 0, 0x80, ...bytes) }).retCode).toBe(
        RetCode.dataMalformed,
      );
    }
  });

  it('as generations: a number of 2^32 − 1 costs nothing', () => {
    const { bench, data } = carried();
    const forgery = new Forgery(bench, data);
    const trace = new Map(
      [...forgery.data.trace].map(([key, state]) => [
        key,
        state.kind === 'put' ? { ...state, generation: 0xffff_ffff } : state,
      ]),
    );
    forgery.data = { ...forgery.data, trace };
    expect(bench.run('bob', { current: forgery.bytes }).retCode).toBe(RetCode.success);
  });

  it('as call results', () => {
    const run = (resultJson: string) => {
      const bench = new Bench(
        '(xor (call "alice" ("s" "f") [] x) (call "alice" ("s" "error") [:error:.$.error_code]))',
      );
      bench.run('alice');
      return bench.run('alice', { results: { 1: { retCode: 0, resultJson } } });
    };
    expect(acts(run('1'))).toBe('[]');
    for (const text of [
      '',
      '{',
      '[1,]',
      'NaN',
      '"\\ud800"',
      '1e999',
      '['.repeat(128) + ']'.repeat(128),
      '['.repeat(200_000),
    ]) {
      expect(acts(run(text)), text.slice(0, 20)).toBe('[[10000]]');
    }
    expect(run('\ud800').retCode).toBe(RetCode.callResultsMalformed);
  });

  it('as scripts', () => {
    for (const script of [
      '',
      '(',
      ')'.repeat(1000),
      '('.repeat(100_000),
      '"',
      '\u0000',
      '(call "a" ("b" "c") [' + '[]'.repeat(50_000),
    ]) {
      expect(new Bench(script).run('alice').retCode).toBe(RetCode.airParse);
    }
  });

  it('as a signer that fails', () => {
    const bench = new Bench('(call "alice" ("s" "f") [] x)');
    bench.run('alice');
    for (const sign of [() => new Uint8Array(63), () => JSON.parse('{') as Uint8Array]) {
      const input = bench.input('alice', { results: { 1: '1' } });
      const outcome = execute({
        ...input,
        params: { ...input.params, secretKey: { peerId: idOf('alice'), sign } },
      });
      expect(outcome).toMatchObject({ retCode: RetCode.signingFailed, data: bench.data('alice') });
    }
  });

  it('as values put into each other', () => {
    const levels = Array.from(
      { length: 300 },
      (_, i) => `(seq (canon "alice" $s${i} #s${i}) (ap #s${i} $s${i + 1}))`,
    );
    const nest = (parts: readonly string[]): string =>
      parts.reduceRight((rest, part) => `(seq ${part} ${rest})`, '(null)');
    expect(new Bench(nest(['(ap 1 $s0)', ...levels.slice(0, 120)])).run('alice').retCode).toBe(
      RetCode.success,
    );
    expect(new Bench(nest(['(ap 1 $s0)', ...levels])).run('alice').retCode).toBe(RetCode.depthLimit);
  });

  it('as values that double', () => {
    const doubled = Array.from(
      { length: 60 },
      (_, i) =>
        `(seq (seq (ap #s${i} $s${i + 1}) (ap #s${i} $s${i + 1})) (canon "alice" $s${i + 1} #s${i + 1}))`,
    );
    const nest = (parts: readonly string[]): string =>
      parts.reduceRight((rest, part) => `(seq ${part} ${rest})`, '(null)');
    expect(
      new Bench(nest(['(seq (ap 1 $s0) (canon "alice" $s0 #s0))', ...doubled])).run('alice').retCode,
    ).toBe(RetCode.sizeLimit);
    const errors = Array.from({ length: 60 }, (_, i) =>
      i % 2 === 0 ? '(xor (fail %last_error%) ' : '(xor (fail :error:) ',
    ).join('');
    const growing = new Bench(`(xor (fail 1 "e") ${errors}(null)${')'.repeat(60)})`).run('alice');
    expect(growing.retCode === RetCode.sizeLimit || growing.retCode === 0).toBe(true);
    const many = new Bench(
      `(seq (call "alice" ("s" "big") [] x) (call "alice" ("s" "f") [${'x '.repeat(200)}]))`,
    );
    many.run('alice');
    expect(many.run('alice', { results: { 1: JSON.stringify('x'.repeat(1024 * 1024)) } }).retCode).toBe(
      RetCode.sizeLimit,
    );
  });

  it('as folds inside folds', () => {
    const folds = (count: number): string =>
      Array.from({ length: count }, (_, i) => `(fold l i${i} `).join('') +
      '(call "alice" ("s" "f") [])' +
      ')'.repeat(count);
    const run = (count: number): number => {
      const bench = new Bench(`(seq (call "alice" ("s" "l") [] l) ${folds(count)})`);
      bench.run('alice');
      return bench.run('alice', { results: { 1: '[1]' } }).retCode;
    };
    expect(run(1000)).toBe(RetCode.success);
    expect(run(1001)).toBe(RetCode.depthLimit);
  });

  it('as work without end', () => {
    const limits = { instructions: 1000, depth: 100, streamSize: 50 };
    const endless = new Bench('(seq (ap 1 $s) (fold $s i (seq (ap 1 $s) (next i))))', { limits });
    expect(endless.run('alice').retCode).toBe(RetCode.streamSizeLimit);
    const deep = new Bench(`${'(seq '.repeat(200)}(null)${' (null))'.repeat(200)}`, { limits });
    expect(deep.run('alice').retCode).toBe(RetCode.depthLimit);
    const folds = '(fold l a (seq (fold l b (seq (fold l c (seq (null) (next c))) (next b))) (next a)))';
    const wide = new Bench(`(seq (call "alice" ("s" "l") [] l) ${folds})`, {
      limits: { instructions: 1000 },
    });
    wide.run('alice');
    const results = { 1: JSON.stringify(Array.from({ length: 20 }, () => 0)) };
    expect(wide.run('alice', { results }).retCode).toBe(RetCode.instructionLimit);
  });
});
