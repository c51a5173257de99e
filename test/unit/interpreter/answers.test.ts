import { describe, expect, it } from 'vitest';
import { sizeForAnswers, withoutNewest } from '../../../interpreter/answers.ts';
import { DEFAULT_LIMITS } from '../../../interpreter/limits.ts';

const SIZE = 10_000;
const answers = new Map([1, 2, 3].map(id => [id, { retCode: 0, text: 'x'.repeat(SIZE) }] as const));
const failure = `the answer does not fit into the data of this particle: ${sizeForAnswers(DEFAULT_LIMITS)} bytes are allowed`;
/** Room that a failed answer makes. */
const SAVED = SIZE - failure.length;

/** Ids of the answers that became failed calls. */
function failed(excess: number, isUsed: (id: number) => boolean = () => true): number[] | undefined {
  const fitting = withoutNewest(answers, isUsed, excess, DEFAULT_LIMITS);
  return fitting && [...fitting].filter(([, { text }]) => text === failure).map(([id]) => id);
}

describe('answers that do not fit', () => {
  it.each([
    ['the newest, where it makes enough room', SAVED, [3]],
    ['one more, where a byte is missing', SAVED + 1, [2, 3]],
    ['all, where two are a byte short', 2 * SAVED + 1, [1, 2, 3]],
  ])('become failed calls: %s', (_, excess, ids) => {
    expect(failed(excess)).toEqual(ids);
  });

  it('stand if the run did not use them', () => {
    expect(failed(1, id => id !== 3)).toEqual([2]);
    expect(failed(1, () => false)).toBeUndefined();
  });

  it('stand if the failure would be as long', () => {
    const text = (length: number) => new Map([[1, { retCode: 0, text: 'x'.repeat(length) }]]);
    const changed = (length: number) => withoutNewest(text(length), () => true, 1, DEFAULT_LIMITS);
    expect(changed(2 * failure.length)).toBeUndefined();
    expect(changed(2 * failure.length + 1)?.get(1)?.text).toBe(failure);
  });

  it('carry a code that scripts see', () => {
    expect(withoutNewest(answers, () => true, 1, DEFAULT_LIMITS)?.get(3)?.retCode).toBe(2_147_483_645);
  });
});
