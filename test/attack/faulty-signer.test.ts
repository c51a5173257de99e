import { describe, expect, it } from 'vitest';
import { execute, isMadeHere, overheard, RetCode, signerOf, type Signer } from '../../interpreter/index.ts';
import { Bench } from '../support/bench.ts';
import { idOf, seedOf, signer } from '../support/cast.ts';

// Goal:    alice's peer sends what every other peer refuses, and gets the blame; or signs two histories.
// Means:   what keeps her key is broken, or belongs to mallory: it gives another signature than the one that was asked for.
// Refused: by execute (signatureBy), where the signature is made; nothing has happened then.
const key = signer('alice');

function outcomeWith(sign: Signer['sign']) {
  const bench = new Bench('(call "alice" ("s" "f") [] x)');
  bench.run('alice');
  const input = bench.input('alice', { results: { 1: '1' } });
  const secretKey = { peerId: idOf('alice'), sign };
  return {
    outcome: execute({ ...input, params: { ...input.params, secretKey } }),
    honest: execute(input),
    bench,
  };
}

describe('a signer of the host', () => {
  it('honest twins: the right signature counts, also in a larger buffer that is overwritten later', () => {
    const { outcome, honest } = outcomeWith(message => key.sign(message));
    expect(outcome).toEqual(honest);
    expect(honest.retCode).toBe(RetCode.success);
    const buffer = new Uint8Array(100);
    const again = outcomeWith(message => {
      buffer.set(key.sign(message), 36);
      return buffer.subarray(36);
    }).outcome;
    buffer.fill(0);
    expect(again).toEqual(honest);
  });

  it.each<[string, Signer['sign']]>([
    ['of another key', message => signer('mallory').sign(message)],
    ['over another message', message => key.sign(message.with(0, (message[0] as number) ^ 1))],
    ['of zeros', () => new Uint8Array(64)],
    ['with one bit changed', message => key.sign(message).with(63, (key.sign(message)[63] as number) ^ 1)],
    ['over what it has written into the message', message => key.sign(message.fill(7))],
    [
      'that says that it is a copy of a right one',
      message =>
        Object.assign(new Uint8Array(64), { slice: () => key.sign(message), [Symbol.iterator]: undefined }),
    ],
  ])('that gives a signature %s fails its own run, before anybody else sees it', (_, sign) => {
    const { outcome, bench } = outcomeWith(sign);
    expect(outcome).toMatchObject({ retCode: RetCode.signingFailed, data: bench.data('alice') });
    expect(outcome.callRequests.size + outcome.nextPeerIds.length).toBe(0);
  });

  it('counts as one of ours only if `signerOf` has made it', () => {
    const copy = { ...key };
    expect([key, signerOf(seedOf('alice')), overheard(key, () => undefined)].every(isMadeHere)).toBe(true);
    expect([copy, Object.create(key) as Signer, overheard(copy, () => undefined)].some(isMadeHere)).toBe(
      false,
    );
  });
});
