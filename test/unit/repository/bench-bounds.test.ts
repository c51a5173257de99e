import { expect, it } from 'vitest';
// @ts-expect-error: the benchmark is plain JavaScript.
import { boundsBroken, QUICK_WORKLOADS } from '../../../bench/quick/bounds.mjs';

// CI fails if a line comes out of this.
const broken = boundsBroken as (results: object, isWhole?: boolean) => string[];
const NAMES = [...(QUICK_WORKLOADS as Set<string>)];
const rowsOf = (ratio: number) =>
  NAMES.map(name => ({ name, size: 1, ours: { warm: 1 }, theirs: { warm: ratio } }));
const GOOD = {
  pairs: { rows: rowsOf(10) },
  start: { wall: {}, cpu: { runToBare: 3, moduleBeyondEmpty: 30 }, execute: 10 },
};

it('nothing is broken where all is fast', () => {
  expect(broken(GOOD, true)).toEqual([]);
  expect(NAMES.length).toBeGreaterThan(3);
});

it.each([0.5, NaN, -1])('each workload is checked: a ratio of %d is too slow', ratio => {
  for (const [i, name] of NAMES.entries()) {
    const rows = rowsOf(10).with(i, rowsOf(ratio)[i] as ReturnType<typeof rowsOf>[number]);
    expect(broken({ ...GOOD, pairs: { rows } }, true)).toEqual([expect.stringContaining(`${name} 1: ratio`)]);
  }
});

it.each(['runToBare', 'moduleBeyondEmpty', 'execute'])('the start is checked: %s', key => {
  for (const value of [1000, NaN, undefined]) {
    const { cpu, execute } = GOOD.start;
    const start =
      key === 'execute'
        ? { ...GOOD.start, execute: value }
        : { wall: {}, cpu: { ...cpu, [key]: value }, execute };
    expect(broken({ ...GOOD, start }, true)).toEqual([expect.stringContaining(`start, ${key}`)]);
    if (key !== 'execute')
      expect(broken({ ...GOOD, start: { ...start, cpu: undefined, wall: start.cpu } }, true)).toHaveLength(1);
  }
});

it('what was not measured does not hold, unless only a part was asked for', () => {
  const parts = { pairs: { rows: rowsOf(10).slice(1) }, start: {} };
  expect(broken(parts, true)).toEqual([`${NAMES[0]}: not measured`, 'start: not measured']);
  expect(broken(parts)).toEqual([]);
});
