import { expect, it } from 'vitest';
import { RetCode, verifyEquivocation } from '../../../interpreter/index.ts';
import type { Actor } from '../../../peer/actor.ts';
import { runStep, type StepEnd } from '../../../peer/particle-step.ts';
import { Signing } from '../../../peer/signing.ts';
import { noActivity, systemClock } from '../../../peer/system.ts';
import { idOf, signer } from '../../support/cast.ts';
import { SignedBench } from '../../support/signed-bench.ts';

const SCRIPT = '(seq (call "mallory" ("s" "vote") [] v) (call "bob" ("s" "got") [v]))';
const NOTHING = new Uint8Array(0);

function voted(answer: string): SignedBench {
  const bench = new SignedBench(SCRIPT);
  bench.run('mallory');
  bench.run('mallory', { results: { 1: answer } });
  return bench;
}

const step = (prev: Uint8Array, current: Uint8Array) => {
  const actor = { header: voted('1').particle } as unknown as Actor;
  const signing = new Signing(signer('bob'), { clock: systemClock, activity: noActivity, timeoutMs: 1 });
  // At once: the key is local.
  return runStep(actor, { signing, limits: undefined }, prev, current, new Map()) as StepEnd;
};

it('a run that refuses two histories builds the evidence during the run, while it holds both', () => {
  const [yes, no] = [voted('"yes"').data('mallory'), voted('"no"').data('mallory')];
  const { step: known, evidence: none } = step(NOTHING, yes);
  expect(none).toBeUndefined();
  const { step: refused, isAccepted, evidence } = step(known.outcome.data, no);
  expect([refused.outcome.retCode, isAccepted]).toEqual([RetCode.equivocation, false]);
  expect(verifyEquivocation(evidence?.bytes as Uint8Array)).toMatchObject({
    peerId: idOf('mallory'),
    conflict: 'site',
  });
  expect(evidence?.peerId).toBe(idOf('mallory'));
});

it('a run that refuses anything else builds no evidence', () => {
  const { step: refused, evidence } = step(NOTHING, Uint8Array.of(1));
  expect(refused.outcome.retCode).toBe(RetCode.dataMalformed);
  expect(evidence).toBeUndefined();
});
