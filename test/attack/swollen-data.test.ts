import { describe, expect, it } from 'vitest';
import { CborWriter } from '../../interpreter/cbor.ts';
import { RetCode } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { answeredByAuth, HONEST_POST } from '../support/posting.ts';
import { expectRefused, requestsOf } from '../support/refused.ts';

// Goal:    a few megabytes of data keep bob's peer busy for minutes, or take more memory than it has.
// Means:   a stranger sends what is small on the wire and large when it is read, under no signature.
// Refused: by requireNameable before values are hashed; sites stay text until they are looked into (ReadSite).
const MANY = 300_000;

/** Data of these states and values, and of nobody. */
function data(states: number, state: (cbor: CborWriter, i: number) => void, values = 0): Uint8Array {
  const cbor = new CborWriter();
  cbor.array(6);
  for (const number of [2, 0]) cbor.uint(number);
  cbor.array(1);
  cbor.text('nobody');
  cbor.array(states);
  for (let i = 0; i < states; i++) state(cbor, i);
  cbor.array(0);
  cbor.array(values);
  for (let i = 0; i < values; i++) cbor.bytes(Uint8Array.of(i >> 16, i >> 8, i));
  return cbor.finish();
}

const requested = (cbor: CborWriter, instruction: number, folds: number): void => {
  cbor.array(3);
  cbor.uint(0);
  cbor.array(2);
  cbor.uint(instruction);
  cbor.array(2 * folds);
  for (let i = 0; i < 2 * folds; i++) cbor.uint(i % 20);
  cbor.uint(0);
};

describe('data that is larger than it looks', () => {
  it('honest twin: data of one record and one value', () => {
    const { bench, forgery } = answeredByAuth();
    expect(requestsOf(bench.run('bob', { current: forgery.bytes }))).toEqual(HONEST_POST);
  });

  it('values of three bytes, three hundred thousand of them: refused before they are hashed', () => {
    const bench = new Bench('(null)');
    const current = data(0, () => undefined, MANY);
    expectRefused(bench.run('bob', { current }), RetCode.valueMismatch, {
      text: '300000 values, but 0 records: most are named by no record',
    });
  });

  it.each([
    ['in no fold', MANY, 0],
    ['in a thousand folds', 1000, 1000],
  ])('states of places that do not exist, %s: read, and forgotten', (_, count, folds) => {
    const current = data(count, (cbor, i) => requested(cbor, i + 1, folds));
    const outcome = new Bench('(null)').run('bob', { current });
    expect(outcome.retCode).toBe(RetCode.success);
    expect(outcome.data).toEqual(new Bench('(null)').run('bob').data);
  });

  it('a place in a thousand and one folds is invalid', () => {
    const current = data(1, cbor => requested(cbor, 1, 1001));
    expectRefused(new Bench('(null)').run('bob', { current }), RetCode.dataMalformed);
  });
});
