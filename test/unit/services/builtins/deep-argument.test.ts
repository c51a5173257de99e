import { describe, expect, it } from 'vitest';
import { parseJson, verifyReceipt, exportReceipt } from '../../../../interpreter/index.ts';
import { losslessArguments } from '../../../../services/builtins/lossless.ts';
import { SignedBench } from '../../../support/signed-bench.ts';
import { idOf } from '../../../support/cast.ts';

const DEPTH = 127;
const deepest = `${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`;

/** A value as deep as values may be is an argument like any other, though the array of all arguments stands around it. */
describe('an argument as deep as values may be', () => {
  const bench = new SignedBench(
    '(seq (call "alice" ("s" "deep") [] x) (seq (call "alice" ("op" "identity") [x] y) (null)))',
  );
  bench.run('alice');
  const [request] = bench.run('alice', { results: { 1: deepest } }).callRequests.values();
  const argumentsJson = request?.argumentsJson ?? '';

  it('is read by services that pass it on', () => {
    expect(argumentsJson).toBe(`[${deepest}]`);
    expect(losslessArguments({ argumentsJson })).toEqual([parseJson(deepest)]);
  });

  it('stands in a receipt', () => {
    const { data } = bench.run('alice', { results: { 2: '1' } });
    const name = { peerId: idOf('alice'), site: request?.site ?? '' };
    const receipt = exportReceipt(data, bench.particle, name, { argumentsJson });
    expect(verifyReceipt(receipt).argumentsJson).toBe(argumentsJson);
  });
});
