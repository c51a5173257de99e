import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../peer/index.ts';
import { Actor, type SentTo } from '../../../peer/actor.ts';
import { Resends } from '../../../peer/resends.ts';
import { signParticle } from '../../../peer/particle.ts';
import { idOf, signer, withIds } from '../../support/cast.ts';
import { Survivor } from '../../support/crash.ts';
import { Stage } from '../../support/stage.ts';

const BOB = 'bob';
const DATA = new Uint8Array([1]);

/** Sends that always fail, unless `succeeds` says otherwise. */
function scene({ succeeds = () => false as boolean, isBusy = false, tookMs = 1 } = {}) {
  const clock = new VirtualClock(0);
  const header = signParticle(signer('alice'), { id: 'p', timestamp: 0, ttl: 1, script: '(null)' });
  const tried: { entry: SentTo; atMs: number; isEarly: boolean }[] = [];
  const resends = new Resends(clock, (actor, to, entry, isEarly) => attempt(actor, to, entry, isEarly));
  function attempt(actor: Actor, to: string, entry: SentTo, isEarly: boolean): void {
    entry.cancelRetry?.();
    entry.cancelRetry = undefined;
    if (!isEarly) entry.attempts += 1;
    tried.push({ entry, atMs: clock.now(), isEarly });
    const [beganMs, end] = [clock.now(), resends.begin(to)];
    clock.after(tookMs, () => {
      if (succeeds()) resends.acknowledged(to);
      else resends.wait(actor, to, entry, beganMs, !isBusy);
      end();
    });
  }
  const send = (): SentTo => {
    const actor = new Actor(header);
    const entry = actor.sent(BOB, DATA, 0);
    attempt(actor, BOB, entry, false);
    return entry;
  };
  const passUntil = (ms: number): void => {
    while ((clock.nextDue ?? Infinity) <= ms) clock.advance();
    clock.after(ms - clock.now(), () => undefined);
    clock.advance();
  };
  return { clock, resends, tried, send, passUntil };
}

describe('a send that failed', () => {
  it('is tried again after a wait that doubles, up to 60 s', () => {
    const { tried, send, passUntil } = scene();
    send();
    passUntil(300_000);
    const times = tried.map(({ atMs }) => atMs);
    const waits = times.slice(1).map((atMs, i) => atMs - (times[i] as number) - 1);
    expect(waits.slice(0, 11)).toEqual([
      100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000,
    ]);
  });

  it('is tried once, at once, when the peer is reached; its own wait begins again', () => {
    const { tried, send, passUntil, resends, clock } = scene();
    send();
    passUntil(100_000);
    const before = tried.length;
    resends.reached(BOB);
    expect(tried.slice(before)).toMatchObject([{ atMs: clock.now(), isEarly: true }]);
    passUntil(151_000);
    expect(tried).toHaveLength(before + 1);
    passUntil(151_300);
    expect(tried).toHaveLength(before + 2);
  });

  it('is tried early if the peer was reached during the attempt', () => {
    const { tried, send, passUntil, resends } = scene({ tookMs: 1000 });
    send();
    // Attempts begin at 0, 1100, 2300, 3700 and 5500 ms, each a second before it fails.
    passUntil(6000);
    expect(tried.at(-1)).toMatchObject({ atMs: 5500, isEarly: false });
    resends.reached(BOB);
    passUntil(6600);
    expect(tried.at(-1)).toMatchObject({ atMs: 6500, isEarly: true });
  });

  it('waits for its time if the peer has answered that it is busy', () => {
    const { tried, send, passUntil, resends } = scene({ isBusy: true });
    send();
    passUntil(100_000);
    const before = tried.length;
    for (let i = 0; i < 10; i++) resends.reached(BOB);
    passUntil(101_000);
    expect(tried).toHaveLength(before);
  });

  it('leaves no timer once it is given up', () => {
    const { send, passUntil, resends, clock } = scene();
    const entry = send();
    passUntil(1000);
    resends.reached(BOB);
    resends.reached(BOB);
    passUntil(1010);
    resends.reached(BOB);
    entry.cancelRetry?.();
    expect(clock.nextDue).toBeUndefined();
  });
});

describe('many sends that wait for one peer', () => {
  it('a peer that seems to come back all the time gets 16 attempts in 250 ms', () => {
    const { tried, send, passUntil, resends, clock } = scene();
    for (let i = 0; i < 500; i++) send();
    passUntil(60_000);
    const before = tried.length;
    for (let ms = 60_001; ms <= 61_000; ms += 1) {
      passUntil(ms);
      for (let i = 0; i < 5; i++) resends.reached(BOB);
    }
    const early = tried.slice(before).filter(({ isEarly }) => isEarly);
    expect(early.length).toBe(4 * 16);
    // Each gets its turn before one gets a second.
    expect(new Set(early.map(({ entry }) => entry)).size).toBe(early.length);
    expect(clock.now()).toBe(61_000);
  });

  it('a peer that has come back sets the pace with its acknowledgements', () => {
    let isThere = false;
    const { tried, send, passUntil, resends } = scene({ succeeds: () => isThere });
    for (let i = 0; i < 500; i++) send();
    passUntil(60_000);
    const before = tried.length;
    isThere = true;
    resends.reached(BOB);
    passUntil(60_010);
    const early = tried.slice(before);
    expect(new Set(early.map(({ entry }) => entry)).size).toBe(500);
    expect(early).toHaveLength(500);
  });
});

describe('a peer that was away for minutes', () => {
  it('gets what waits for it as soon as anything arrives from it', async () => {
    const stage = new Stage();
    const named = (name: string) =>
      new Survivor(name, () => ({ clock: stage.clock, transport: stage.network.join(idOf(name)) }));
    const [alice, bob] = [named('alice'), named('bob')];
    await Promise.all([alice.start(), bob.start()]);
    stage.network.faults = { isCut: () => true };
    const script = (host: string, home: string): string =>
      withIds(
        `(seq (call "${host}" ("op" "concat_strings") ["a" "b"] x) (call "${home}" ("callbackSrv" "response") [x]))`,
      );
    const run = alice.peer.run(script('bob', 'alice'), { ttlMs: 600_000, isPatient: true });
    await stage.pass(130_000);
    stage.network.faults = {};
    const back = stage.clock.now();
    expect(await stage.end(bob.peer.run(script('alice', 'bob')).done)).toBe('ab');
    expect(await stage.end(run.done)).toBe('ab');
    expect(stage.clock.now() - back).toBeLessThan(20);
  });
});
