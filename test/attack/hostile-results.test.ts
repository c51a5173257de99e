import { describe, expect, it } from 'vitest';
import { execute, RetCode, type Outcome } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { idOf } from '../support/cast.ts';

// Goal:    alice's peer throws, or signs what is not a result.
// Means:   her own services, or what keeps her key, answer with anything.
// Refused: by callResultsOf and answerOf; an answer that is not JSON is a failure of the service, like any other.
/** What the peer would do. */
const acts = ({ callRequests }: Outcome): string =>
  JSON.stringify([...callRequests.values()].map(request => request.arguments));

describe('answers of a host', () => {
  it('honest twin: JSON is a result; other bytes are a failure that the script can catch', () => {
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

  it.each<[string, number, { retCode: number; resultJson: string }]>([
    ['an invalid id', -1, { retCode: 0, resultJson: '1' }],
    ['an id beyond 2^32', 2 ** 32, { retCode: 0, resultJson: '1' }],
    ['a code that is not an integer', 1, { retCode: 0.5, resultJson: '1' }],
    ['a code beyond 32 bits', 1, { retCode: 2 ** 31, resultJson: '1' }],
    ['a number in place of text', 1, { retCode: 0, resultJson: 1 as unknown as string }],
    ['nothing', 1, null as never],
  ])('are refused: %s', (_, id, result) => {
    const bench = new Bench('(call "alice" ("s" "f") [] x)');
    bench.run('alice');
    const input = { ...bench.input('alice'), callResults: new Map([[id, result]]) };
    expect(execute(input)).toMatchObject({
      retCode: RetCode.callResultsMalformed,
      data: bench.data('alice'),
      callRequests: new Map(),
    });
  });

  it('to a request that was never made: are reported, and change nothing else', () => {
    const bench = new Bench('(call "alice" ("s" "f") [] x)');
    bench.run('alice');
    const known = bench.data('alice');
    expect(bench.run('alice', { results: { 7: '1' } })).toMatchObject({
      retCode: RetCode.unprocessedCallResults,
      data: known,
    });
  });

  it('of what keeps the key: no signature, or none of 64 bytes', () => {
    const bench = new Bench('(call "alice" ("s" "f") [] x)');
    bench.run('alice');
    const withoutText = (): Uint8Array => {
      throw Object.create(null);
    };
    const of = (length: number) => () => new Uint8Array(length);
    const parse = (): Uint8Array => JSON.parse('{') as Uint8Array;
    const text = (): Uint8Array => 'x'.repeat(64) as unknown as Uint8Array;
    const NONE = 'failed to sign data: the signer gave no signature of 64 bytes';
    for (const [sign, why] of [
      [of(63), NONE],
      [of(65), NONE],
      [text, NONE],
      [parse, /^failed to sign data: SyntaxError/u],
      [withoutText, 'failed to sign data: the signer has thrown a value without text'],
    ] as const) {
      const input = bench.input('alice', { results: { 1: '1' } });
      const outcome = execute({
        ...input,
        params: { ...input.params, secretKey: { peerId: idOf('alice'), sign } },
      });
      expect(outcome).toMatchObject({ retCode: RetCode.signingFailed, data: bench.data('alice') });
      expect(outcome.errorMessage).toMatch(why);
    }
  });
});
