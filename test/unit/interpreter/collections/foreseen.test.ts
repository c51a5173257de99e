import { describe, expect, it } from 'vitest';
import { Foreseen } from '../../../../interpreter/collections/foreseen.ts';
import type { StreamItem } from '../../../../interpreter/collections/stream.ts';
import { RunError } from '../../../../interpreter/index.ts';

const item = (key: string): StreamItem => ({ site: { key } }) as StreamItem;
const forged = new RunError('canonForged', 'nothing put an element there');

describe('what a canon needs before it is put', () => {
  it('one walk is enough where nothing is missing', () => {
    expect(new Foreseen().shouldWalkAgain()).toBe(false);
  });

  it('is found in the second walk', () => {
    const foreseen = new Foreseen();
    expect(foreseen.need('$s', '1', () => forged)).toBeUndefined();
    foreseen.put('$s', item('1'));
    expect(foreseen.shouldWalkAgain()).toBe(true);
    expect(foreseen.need('$s', '1', () => forged)?.site.key).toBe('1');
    foreseen.put('$s', item('1'));
    expect(foreseen.shouldWalkAgain()).toBe(false);
  });

  it('is refused if no walk puts it there', () => {
    const foreseen = new Foreseen();
    foreseen.need('$s', '1', () => forged);
    foreseen.put('$s', item('2'));
    expect(() => foreseen.shouldWalkAgain()).toThrow(forged);
  });

  it('is refused if the last walk does not put it there', () => {
    const foreseen = new Foreseen();
    foreseen.need('$s', '1', () => forged);
    foreseen.put('$s', item('1'));
    expect(foreseen.shouldWalkAgain()).toBe(true);
    foreseen.need('$s', '1', () => forged);
    expect(() => foreseen.shouldWalkAgain()).toThrow(forged);
  });

  it('is of its stream: the same site in another one does not count', () => {
    const foreseen = new Foreseen();
    foreseen.need('$s', '1', () => forged);
    foreseen.put('$s 4', item('1'));
    expect(() => foreseen.shouldWalkAgain()).toThrow(forged);
  });
});
