import { describe, expect, it } from 'vitest';
import {
  execute,
  prepare,
  RetCode,
  type PrepareInput,
  type RunInput,
  type Signer,
} from '../../../interpreter/index.ts';
import { Bench } from '../../support/bench.ts';
import { signer } from '../../support/cast.ts';

const SCRIPT = '(seq (call "alice" ("s" "f") [] x) (call "bob" ("s" "g") [x]))';

const withoutKey = ({ params, ...input }: RunInput): PrepareInput => {
  const { secretKey, ...others } = params;
  expect(secretKey).toBeDefined();
  return { ...input, params: others };
};

function asked(): Bench {
  const bench = new Bench(SCRIPT);
  bench.run('alice');
  return bench;
}

describe('prepare and finish', () => {
  it('prepare, a signature over the head, and finish are execute', async () => {
    const input = asked().input('alice', { results: { 1: '1' } });
    const run = prepare(withoutKey(input));
    expect(run.head).toHaveLength(32);
    const signature = await Promise.resolve(signer('alice').sign(run.head as Uint8Array));
    expect(run.finish(signature)).toEqual(execute(input));
    expect(run.finish(signature)).toEqual(execute(input));
  });

  it('have no head where nothing is stated, and no signature is taken', () => {
    const input = new Bench(SCRIPT).input('alice');
    const run = prepare(withoutKey(input));
    expect(run.head).toBeUndefined();
    expect(run.finish()).toEqual(execute(input));
    expect(() => run.finish(new Uint8Array(64))).toThrow(TypeError);
  });

  it('refuse what execute refuses, with nothing to sign', () => {
    const input = { ...asked().input('alice'), currentData: Uint8Array.of(1) };
    const run = prepare(withoutKey(input));
    expect(run.head).toBeUndefined();
    expect(run.finish()).toMatchObject({ retCode: RetCode.dataMalformed, data: input.prevData });
  });

  it.each<[string, (head: Uint8Array) => Uint8Array]>([
    ['of another peer', head => signer('bob').sign(head)],
    ['over another head', head => signer('alice').sign(head.with(0, (head[0] as number) ^ 1))],
    ['of zeros', () => new Uint8Array(64)],
    ['that is too short', head => signer('alice').sign(head).subarray(1)],
  ])('refuse a signature %s, and go on with the right one', (_, forge) => {
    const input = asked().input('alice', { results: { 1: '1' } });
    const run = prepare(withoutKey(input));
    const head = run.head as Uint8Array;
    expect(run.finish(forge(head))).toMatchObject({ retCode: RetCode.signingFailed, data: input.prevData });
    expect(run.finish(signer('alice').sign(head))).toEqual(execute(input));
  });

  it('need a signature where there is a head', () => {
    const run = prepare(withoutKey(asked().input('alice', { results: { 1: '1' } })));
    expect(() => run.finish()).toThrow(TypeError);
  });

  it('keep the values of a run although another one has looked at the same data since', () => {
    const bench = asked();
    bench.run('alice', { results: { 1: '1' } });
    const input = bench.input('bob', { current: bench.data('alice') });
    const run = prepare(withoutKey(input));
    const outcome = execute(input);
    expect(outcome.callRequests.size).toBe(1);
    expect(run.finish()).toEqual(outcome);
  });

  it('of two runs at once are independent: each has its own head, and the last signature does not matter', () => {
    const bench = new Bench('(par (call "alice" ("s" "f") [] x) (call "alice" ("s" "g") [] y))');
    bench.run('alice');
    const inputs = [{ 1: '1' }, { 2: '2' }].map(results => bench.input('alice', { results }));
    const runs = inputs.map(input => prepare(withoutKey(input)));
    expect(runs[0]?.head).not.toEqual(runs[1]?.head);
    for (const i of [1, 0]) {
      const run = runs[i] as (typeof runs)[number];
      expect(run.finish(signer('alice').sign(run.head as Uint8Array))).toEqual(
        execute(inputs[i] as RunInput),
      );
    }
  });

  it('a signer that answers later is not for execute', () => {
    const input = asked().input('alice', { results: { 1: '1' } });
    const later = { peerId: signer('alice').peerId, sign: async () => Promise.resolve(new Uint8Array(64)) };
    const secretKey = later as unknown as Signer;
    expect(execute({ ...input, params: { ...input.params, secretKey } })).toMatchObject({
      retCode: RetCode.signingFailed,
      errorMessage: expect.stringContaining('use `prepare` and `finish`') as string,
    });
  });
});
