import { describe, expect, it } from 'vitest';
import { ownerOf, planOf, type Beat } from '../../../../peer/lattice/assignment.ts';
import { PARTITIONS } from '../../../../peer/transports/nats/subjects.ts';

const members = (count: number): string[] => Array.from({ length: count }, (_, i) => `w${i}`);
const all = Array.from({ length: PARTITIONS }, (_, i) => i);
const beat = (member: string, holds: Iterable<readonly [number, number]> = []): Beat => ({
  member,
  holds: new Map(holds),
});

describe('the owner of a partition', () => {
  it('is the same for everybody, in whatever order they know the members', () => {
    const owners = all.map(p => ownerOf(p, members(5)));
    expect(all.map(p => ownerOf(p, members(5).toReversed()))).toEqual(owners);
    expect(new Set(owners).size).toBe(5);
    expect(ownerOf(0, [])).toBeUndefined();
  });

  it('changes only where the worker that came or went has its share', () => {
    const [four, five] = [members(4), members(5)].map(list => all.map(p => ownerOf(p, list)));
    const moved = all.filter(p => four?.[p] !== five?.[p]);
    expect(moved.every(p => five?.[p] === 'w4')).toBe(true);
    expect(moved.length).toBeGreaterThan(0);
  });

  it('shares out partitions without leaving a worker of four with much more than its part', () => {
    const shares = members(4).map(name => all.filter(p => ownerOf(p, members(4)) === name).length);
    expect(Math.max(...shares)).toBeLessThan(PARTITIONS / 2);
  });
});

describe('the plan of a worker', () => {
  it('alone it takes everything', () => {
    expect(planOf(beat('w0'), [])).toEqual({ take: all, give: [], lost: [] });
  });

  it('takes nothing that another still has, and gives what belongs to another, 8 at a time', () => {
    let held = all.map(p => [p, 1] as const);
    let taken: (readonly [number, number])[] = [];
    const moved = all.filter(p => ownerOf(p, ['w0', 'w1']) === 'w1');
    expect(planOf(beat('w1'), [beat('w0', held)]).take).toEqual([]);
    for (let left = moved; left.length > 0; left = left.slice(8)) {
      const { give } = planOf(beat('w0', held), [beat('w1', taken)]);
      expect(give).toEqual(left.slice(0, 8));
      held = held.filter(([p]) => !give.includes(p));
      // Until the other has them, there is nothing more.
      expect(planOf(beat('w0', held), [beat('w1', taken)]).give).toEqual([]);
      expect(planOf(beat('w1', taken), [beat('w0', held)]).take).toEqual(give);
      taken = [...taken, ...give.map(p => [p, 2] as const)];
    }
    expect(taken.map(([p]) => p)).toEqual(moved);
  });

  it('gives nothing to a worker that has come while those of a dead one wait to be taken', () => {
    const [mine, dead] = ['w0', 'w2'].map(name => all.filter(p => ownerOf(p, ['w0', 'w2']) === name));
    const self = beat(
      'w0',
      (mine as number[]).map(p => [p, 1] as const),
    );
    const others = [beat('w1')];
    const { take, give } = planOf(self, others);
    expect(give).toEqual([]);
    expect(take).toEqual((dead as number[]).filter(p => ownerOf(p, ['w0', 'w1']) === 'w0'));
  });

  it('gives up a partition that another has claimed later', () => {
    const mine = all.filter(p => ownerOf(p, ['w0', 'w1']) === 'w0').slice(0, 2) as [number, number];
    const self = beat('w0', [
      [mine[0], 7],
      [mine[1], 7],
    ]);
    const other = beat('w1', [
      [mine[0], 8],
      [mine[1], 6],
    ]);
    expect(planOf(self, [other])).toMatchObject({ give: [], lost: [mine[0]] });
  });
});
