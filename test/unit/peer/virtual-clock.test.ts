import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../peer/index.ts';

describe('a virtual clock', () => {
  it('moves only when it is advanced, to one timer at a time', () => {
    const clock = new VirtualClock(1000);
    const fired: string[] = [];
    clock.after(20, () => fired.push(`late at ${clock.now()}`));
    clock.after(10, () => fired.push(`early at ${clock.now()}`));
    expect([clock.now(), clock.nextDue]).toEqual([1000, 1010]);
    expect([clock.advance(), clock.advance(), clock.advance()]).toEqual([true, true, false]);
    expect(fired).toEqual(['early at 1010', 'late at 1020']);
    expect([clock.now(), clock.nextDue]).toEqual([1020, undefined]);
  });

  it('fires timers of one moment in the order in which they were set', () => {
    const clock = new VirtualClock(0);
    const fired: number[] = [];
    for (let i = 0; i < 10; i++) clock.after(5, () => fired.push(i));
    while (clock.advance());
    expect(fired).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('skips cancelled timers', () => {
    const clock = new VirtualClock(0);
    const fired: string[] = [];
    const cancel = clock.after(1, () => fired.push('cancelled'));
    clock.after(2, () => fired.push('kept'));
    cancel();
    cancel();
    expect(clock.nextDue).toBe(2);
    while (clock.advance());
    expect(fired).toEqual(['kept']);
  });

  it('fires a timer of the past now', () => {
    const clock = new VirtualClock(100);
    clock.after(-50, () => undefined);
    expect(clock.nextDue).toBe(100);
    clock.advance();
    expect(clock.now()).toBe(100);
  });
});
