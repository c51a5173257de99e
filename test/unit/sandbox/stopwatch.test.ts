import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { processorTime, Stopwatch } from '../../../sandbox/stopwatch.ts';

beforeEach(
  () => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'performance'] }),
);
afterEach(() => void vi.useRealTimers());

describe('a stopwatch', () => {
  it('tells when the time is over, and once', () => {
    const late = vi.fn();
    new Stopwatch(100, late).start();
    vi.advanceTimersByTime(90);
    expect(late).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(late).toHaveBeenCalledTimes(1);
  });

  it('does not count the time in which it stands', () => {
    const late = vi.fn();
    const watch = new Stopwatch(100, late);
    watch.start();
    vi.advanceTimersByTime(60);
    watch.stop();
    vi.advanceTimersByTime(1000);
    watch.start();
    vi.advanceTimersByTime(30);
    expect(late).not.toHaveBeenCalled();
    vi.advanceTimersByTime(20);
    expect(late).toHaveBeenCalledTimes(1);
  });

  it('counts the time of a processor: a thread that gets little of it is late later, but at last', () => {
    const late = vi.fn();
    const start = performance.now();
    new Stopwatch(100, late, () => (performance.now() - start) / 4).start();
    vi.advanceTimersByTime(390);
    expect(late).not.toHaveBeenCalled();
    vi.advanceTimersByTime(40);
    expect(late).toHaveBeenCalledTimes(1);
    const starved = vi.fn();
    new Stopwatch(100, starved, () => 0).start();
    vi.advanceTimersByTime(1000);
    expect(starved).toHaveBeenCalledTimes(1);
  });

  it('has no time of a processor without a thread', () => {
    expect(processorTime(undefined)()).toBeUndefined();
    expect(processorTime('0')()).toBeUndefined();
  });
});
