import { describe, expect, it } from 'vitest';
import { LiveClock } from '../../../network/live-clock.ts';

describe('LiveClock', () => {
  it('goes at the pace of the world', () => {
    const clock = new LiveClock();
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1000);
    expect(Number.isInteger(clock.now())).toBe(true);
  });

  it('jumps to the next timer, and continues from there', () => {
    const clock = new LiveClock();
    const fired: string[] = [];
    const started = clock.now();
    clock.after(20_000, () => fired.push('second'));
    clock.after(10_000, () => fired.push('first'));
    clock.after(5000, () => fired.push('cancelled'))();
    clock.advance();
    expect(fired).toEqual(['first']);
    expect(clock.now() - started).toBeGreaterThanOrEqual(10_000);
    expect(clock.now() - started).toBeLessThan(15_000);
    clock.advance();
    clock.advance();
    expect(fired).toEqual(['first', 'second']);
    expect(clock.nextDue).toBeUndefined();
  });

  it('waits in real time for a timer, however far it is', async () => {
    const clock = new LiveClock();
    clock.after(2 ** 40, () => undefined);
    const far = clock.untilDue();
    clock.after(0, () => undefined);
    const near = clock.untilDue();
    expect(await Promise.race([far.reached.then(() => 'far'), near.reached.then(() => 'near')])).toBe('near');
    far.cancel();
    near.cancel();
  });

  it('returns to real time once no timer is set', () => {
    const clock = new LiveClock();
    const fired: string[] = [];
    clock.after(60_000, () => fired.push('first'));
    clock.unskip();
    expect(clock.nextDue).toBeDefined();
    clock.advance();
    expect(clock.now() - Date.now()).toBeGreaterThan(50_000);
    clock.unskip();
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(5000);
    clock.after(0, () => fired.push('second'));
    expect((clock.nextDue ?? 0) - Date.now()).toBeLessThan(5000);
    clock.advance();
    expect(fired).toEqual(['first', 'second']);
  });

  it('has nothing to wait for without timers', () => {
    expect(() => new LiveClock().untilDue().cancel()).not.toThrow();
  });
});
