import { describe, expect, it } from 'vitest';
import { signParticle, VirtualClock, type SendReport, type Transport } from '../../../peer/index.ts';
import { HandOvers } from '../../../peer/hand-overs.ts';
import type { Clock } from '../../../peer/ports.ts';
import { signer } from '../../support/cast.ts';

const particle = signParticle(signer('alice'), { id: 'p', timestamp: 0, ttl: 1, script: '(null)' });
const SILENT = { ok: false, kind: 'transient', reason: 'the transport gave no report within 30000 ms' };
const never = (): Promise<SendReport> => new Promise(() => undefined);
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

/** Hand-overs by name; `reports` has what they ended with, and when. */
function handOversOf(send: Transport['send'], clock: Clock) {
  const reports: [string, number, SendReport][] = [];
  const transport = { start: () => undefined, send, stop: () => undefined };
  const handOvers = new HandOvers(transport, clock);
  const begin = (name: string): void =>
    handOvers.begin(name, particle, report => reports.push([name, clock.now(), report]));
  return { begin, reports };
}

describe('a particle that was given to a transport', () => {
  it('gets the transport’s report, after the call has returned, and no timer is left', async () => {
    const clock = new VirtualClock(0);
    const { begin, reports } = handOversOf(async () => ({ ok: true }), clock);
    begin('a');
    expect(reports).toEqual([]);
    await turn();
    expect(reports).toEqual([['a', 0, { ok: true }]]);
    expect(clock.nextDue).toBeUndefined();
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
    [
      'gives a report that cannot be read',
      () => ({
        get ok() {
          throw new Error('broken');
        },
      }),
    ],
  ])('has failed, for now, if the transport %s', async (_, send) => {
    const clock = new VirtualClock(0);
    const { begin, reports } = handOversOf(send as Transport['send'], clock);
    begin('a');
    await turn();
    const report = { ok: false, kind: 'transient', reason: 'the transport failed: broken' };
    expect(reports).toEqual([['a', 0, report]]);
  });

  it('has failed after 30 s without a report; each waits from its own beginning, with one timer for all', () => {
    const clock = new VirtualClock(0);
    let timers = 0;
    const counting: Clock = {
      now: () => clock.now(),
      after: (ms, callback) => {
        timers += 1;
        return clock.after(ms, callback);
      },
    };
    const { begin, reports } = handOversOf(never, counting);
    begin('a');
    begin('b');
    clock.after(10_000, () => begin('c'));
    clock.advance();
    expect(timers).toBe(1);
    while (clock.advance()) continue;
    expect(reports).toEqual([
      ['a', 30_000, SILENT],
      ['b', 30_000, SILENT],
      ['c', 40_000, SILENT],
    ]);
  });

  it('a report that comes late counts for nothing', async () => {
    const clock = new VirtualClock(0);
    let answer: (report: SendReport) => void = () => undefined;
    const { begin, reports } = handOversOf(() => new Promise(resolve => (answer = resolve)), clock);
    begin('a');
    clock.advance();
    answer({ ok: true });
    await turn();
    expect(reports).toEqual([['a', 30_000, SILENT]]);
  });

  it('a clock that is set back makes no wait longer than 30 s', () => {
    const clock = new VirtualClock(0);
    let back = 0;
    const set: Clock = { now: () => clock.now() - back, after: (ms, callback) => clock.after(ms, callback) };
    const { begin, reports } = handOversOf(never, set);
    begin('a');
    clock.after(1000, () => begin('b'));
    clock.advance();
    back = 3_600_000;
    while (clock.advance()) continue;
    expect(reports.map(([name]) => name)).toEqual(['a', 'b']);
    expect(clock.now()).toBeLessThanOrEqual(60_000);
  });
});
