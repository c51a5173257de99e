import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPeer, type Clock, type Peer } from '../../../peer/index.ts';
import { Life } from '../../../peer/life.ts';
import { noActivity, systemClock } from '../../../peer/system.ts';
import { defineService, startService } from '../../../services/index.ts';
import { idOf, seedOf, withIds } from '../../support/cast.ts';
import { Stage } from '../../support/stage.ts';

const NOW = 1_700_000_000_000;

describe('expiry of particles', () => {
  it('ends all due particles after the deadline, and none before', () => {
    const stage = new Stage();
    const ended: string[][] = [];
    const life = new Life(stage.clock, noActivity, keys => void ended.push([...keys]));
    for (const [key, deadline] of [
      ['c', NOW + 9],
      ['a', NOW + 5],
      ['b', NOW + 5],
    ] as const)
      life.add(key, deadline);
    stage.clock.advance();
    expect([stage.clock.now(), ended]).toEqual([NOW + 6, [['a', 'b']]]);
    stage.clock.advance();
    expect([stage.clock.now(), ended[1]]).toEqual([NOW + 10, ['c']]);
    expect(stage.clock.nextDue).toBeUndefined();
  });

  it('waits longer when the clock was set back', () => {
    const stage = new Stage();
    let offset = 0;
    const clock: Clock = {
      now: () => stage.clock.now() + offset,
      after: (ms, then) => stage.clock.after(ms, then),
    };
    const ended: string[] = [];
    const life = new Life(clock, noActivity, keys => void ended.push(...keys));
    life.add('a', NOW + 1000);
    offset = -60_000;
    stage.clock.advance();
    expect([ended, stage.clock.nextDue]).toEqual([[], NOW + 61_001]);
    stage.clock.advance();
    expect(ended).toEqual(['a']);
  });

  it('prevents a later run, even if its timer is late', async () => {
    const stage = new Stage();
    let offset = 0;
    const clock: Clock = {
      now: () => stage.clock.now() + offset,
      after: (ms, then) => stage.clock.after(ms, then),
    };
    let steps = 0;
    const peer: Peer = createPeer({
      secretKey: seedOf('bob'),
      clock,
      transport: stage.network.join(idOf('bob')),
      observer: { step: () => void (steps += 1) },
    });
    await peer.start();
    const run = peer.run('(null)', { ttlMs: 1000 });
    // The machine was suspended: the clock moved, the timers did not.
    offset = 5000;
    await stage.turns();
    expect(steps).toBe(0);
    await expect(run.done).rejects.toMatchObject({ code: 'ERR_STARTED_EXPIRED' });
    expect(peer.size).toBe(0);
  });
});

describe('the platform’s clock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW }));
  afterEach(() => void vi.useRealTimers());

  it.each([0, 1, 29_999, 30_000, 30_001, 2 ** 31 - 1, 2 ** 31, 2 ** 32])('waits at least %d ms', ms => {
    const fired = vi.fn<() => void>();
    systemClock.after(ms, fired);
    vi.advanceTimersByTime(Math.max(0, ms - 1));
    expect(fired).toHaveBeenCalledTimes(ms === 0 ? 1 : 0);
    vi.advanceTimersByTime(1);
    expect(fired).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('can be cancelled after a long wait', () => {
    const fired = vi.fn<() => void>();
    const cancel = systemClock.after(100_000, fired);
    vi.advanceTimersByTime(70_000);
    cancel();
    vi.advanceTimersByTime(100_000);
    expect([fired.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('notices that the machine was suspended', () => {
    const fired = vi.fn<() => void>();
    systemClock.after(3_600_000, fired);
    vi.setSystemTime(NOW + 4_000_000);
    vi.advanceTimersByTime(30_000);
    expect(fired).toHaveBeenCalledTimes(1);
  });
});

describe('a handler', () => {
  it('is not aborted early if the particle lives for more than 2^31 ms', async () => {
    let finish = (): void => undefined;
    const slow = defineService({
      id: 's',
      functions: {
        f: { arguments: {}, guards: {}, handler: () => new Promise<void>(resolve => (finish = resolve)) },
      },
    });
    const bob = createPeer({
      secretKey: seedOf('bob'),
      transport: { start: () => undefined, stop: () => undefined, send: () => Promise.resolve({ ok: true }) },
      services: [startService(slow)],
      limits: { ttlMs: 2 ** 32 - 1 },
    });
    await bob.start();
    const run = bob.run(
      withIds('(seq (call "bob" ("s" "f") [] x) (call "bob" ("callbackSrv" "response") [x]))'),
      {
        ttlMs: 2 ** 32 - 1,
      },
    );
    for (let turn = 0; turn < 20; turn++) await new Promise<void>(resolve => void setTimeout(resolve, 1));
    finish();
    expect(await run.done).toBeNull();
    await bob.stop();
  });
});
