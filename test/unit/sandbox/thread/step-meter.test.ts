import { expect, it } from 'vitest';
import { randomOf } from '../../../../sandbox/thread/random.ts';
import { StepMeter } from '../../../../sandbox/thread/step-meter.ts';
import { boundedAsk } from '../../../../sandbox/thread/blocking-ask.ts';

it('counts ticks of 10 000 and reactions, and stays spent', () => {
  const meter = new StepMeter(25_000);
  expect([meter.tick(), meter.tick(), meter.steps]).toEqual([false, false, 20_000]);
  meter.react(5_000);
  expect(meter.isSpent).toBe(false);
  meter.react(1);
  expect([meter.isSpent, meter.tick(), meter.isSpent]).toEqual([true, true, true]);
});

it('random numbers follow from their seed, and lie between 0 and 1', () => {
  const take = (seed: number[]): number[] => Array.from({ length: 100 }, randomOf(seed));
  expect(take([1, 2, 3, 4])).toEqual(take([1, 2, 3, 4]));
  expect(take([1, 2, 3, 4])).not.toEqual(take([1, 2, 3, 5]));
  expect(take([9, 9, 9, 9]).every(n => n >= 0 && n < 1)).toBe(true);
});

it('questions are bounded in number and length', () => {
  const bounded = boundedAsk(text => `"${text}"`, { calls: 2, textSize: 3 });
  const read: string[] = [];
  const ask = (text: string): string => bounded(text.length, () => (read.push(text), text));
  expect([ask('a'), ask('long'), ask('b')]).toEqual([
    '"a"',
    expect.stringContaining('at most 3 characters'),
    '"b"',
  ]);
  expect(ask('c')).toContain('ERR_SANDBOX_CALL: a guest makes at most 2 calls');
  expect(read).toEqual(['a', 'b']);
});
