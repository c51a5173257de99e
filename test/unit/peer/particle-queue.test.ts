import { describe, expect, it } from 'vitest';
import { signParticle } from '../../../peer/index.ts';
import { Actor } from '../../../peer/actor.ts';
import { ParticleQueue } from '../../../peer/particle-queue.ts';
import { noActivity } from '../../../peer/system.ts';
import { signer } from '../../support/cast.ts';

/** A queue on a clock that moves only during runs; `turn` is one turn of the event loop. */
function queueOf(costMs: (name: string) => number) {
  let now = 0;
  const deferred: (() => void)[] = [];
  const ran: string[] = [];
  const queue: ParticleQueue = new ParticleQueue(
    actor => {
      if (actor.takeResults().size === 0) queue.takeCopy(actor);
      ran.push(actor.header.id);
      now += costMs(actor.header.id);
    },
    { defer: callback => void deferred.push(callback), activity: noActivity, now: () => now },
  );
  queue.open();
  const actorOf = (id: string): Actor =>
    new Actor(signParticle(signer('alice'), { id, timestamp: 0, ttl: 1, script: '(null)' }));
  const copies = (actor: Actor, count: number): void => {
    for (let i = 0; i < count; i++) {
      queue.deliver(actor, { data: Uint8Array.of(i), from: 'x', hash: String(i), answer: () => undefined });
    }
  };
  const turn = (): string[] => {
    const before = ran.length;
    for (const callback of deferred.splice(0)) callback();
    return ran.slice(before);
  };
  return { queue, ran, actorOf, copies, turn, isIdle: () => deferred.length === 0 };
}

describe('the queue of a peer', () => {
  it('runs particles in turn', () => {
    const { actorOf, copies, turn, isIdle } = queueOf(() => 0);
    copies(actorOf('a'), 3);
    copies(actorOf('b'), 2);
    expect(turn()).toEqual(['a', 'b', 'a', 'b', 'a']);
    expect(isIdle()).toBe(true);
  });

  it('yields to the event loop after 8 ms of work', () => {
    const { actorOf, copies, turn, isIdle } = queueOf(() => 5);
    copies(actorOf('a'), 5);
    expect([turn(), turn(), turn()]).toEqual([['a', 'a'], ['a', 'a'], ['a']]);
    expect(isIdle()).toBe(true);
  });

  it('gives particles equal time, not an equal number of runs', () => {
    const { actorOf, copies, turn, ran, isIdle } = queueOf(name => (name === 'slow' ? 80 : 4));
    copies(actorOf('slow'), 10);
    copies(actorOf('quick'), 50);
    while (ran.length < 40) turn();
    const slow = ran.filter(name => name === 'slow').length;
    expect(slow).toBeLessThanOrEqual(4);
    while (!isIdle()) turn();
    expect(ran).toHaveLength(60);
  });

  it('runs a particle with answers before one with older copies', () => {
    const { queue, actorOf, copies, turn } = queueOf(() => 9);
    const [flooded, answered] = [actorOf('flooded'), actorOf('answered')];
    copies(flooded, 5);
    expect(turn()).toEqual(['flooded']);
    answered.results = new Map([[1, { call: 'c', result: { retCode: 0, resultJson: '1' } }]]);
    queue.schedule(answered);
    expect([turn(), turn()]).toEqual([['answered'], ['flooded']]);
  });

  it('runs no actor that is blocked or gone, and none while the queue is closed', () => {
    const { queue, actorOf, copies, turn } = queueOf(() => 0);
    const [blocked, gone, late] = [actorOf('blocked'), actorOf('gone'), actorOf('late')];
    for (const actor of [blocked, gone]) copies(actor, 1);
    blocked.isBlocked = gone.isGone = true;
    expect(turn()).toEqual([]);
    blocked.isBlocked = false;
    queue.schedule(blocked);
    expect(turn()).toEqual(['blocked']);
    queue.close();
    copies(late, 1);
    expect(turn()).toEqual([]);
    queue.open();
    expect(turn()).toEqual(['late']);
    expect(queue.waiting).toBe(1);
    queue.takeAll(gone);
    expect([queue.waiting, queue.waitingFrom('x')]).toEqual([0, 0]);
  });
});
