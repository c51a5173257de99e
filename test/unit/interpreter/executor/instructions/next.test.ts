import { describe, expect, it } from 'vitest';
import { costOf, runWith } from '../../../../support/cost.ts';

const LIST = '[0,1]';

describe('next', () => {
  it('costs its body; an outer fold inside of an inner one also half a unit per fold in progress', () => {
    const direct = costOf('(fold list i (next i))', LIST);
    // Twice, with two folds in progress.
    const nested = costOf(
      '(fold list i (xor (match i 0 (fold list j (par (next i) (next j)))) (null)))',
      LIST,
    );
    expect([direct, nested]).toEqual([22, 45]);
  });

  it('completes a fold whose last instruction completes, although an iteration waits', () => {
    const body =
      '(seq (fold list i (par (call "bob" ("s" "f") [i]) (next i)) (null)) (call "alice" ("s" "end") []))';
    const { callRequests } = runWith(body, LIST);
    expect([...callRequests.values()].map(({ functionName }) => functionName)).toEqual(['end']);
  });
});
