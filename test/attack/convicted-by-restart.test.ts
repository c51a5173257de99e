import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { signParticle, type Particle } from '../../peer/index.ts';
import { defineService, startService } from '../../services/index.ts';
import { idOf, signer, withIds } from '../support/cast.ts';
import { Survivor } from '../support/crash.ts';
import { Stage } from '../support/stage.ts';

// Goal:    bob, who is honest, signs two histories of one particle and is convicted of it; or pays twice.
// Means:   a carrier keeps the particle as bob first got it, and delivers it again after he was stopped, or killed, and restarted.
// Refused: bob's store keeps what he has signed until the particle's life is over (peer/lifecycle.ts).
async function paidAgain(end: 'none' | 'stop' | 'kill') {
  const stage = new Stage();
  let paid = 0;
  const account = () =>
    startService(
      defineService({
        id: 'account',
        state: { log: [] as number[] },
        functions: {
          pay: {
            arguments: { sum: z.int() },
            guards: {},
            handler({ sum }, { state }) {
              paid += sum;
              // Another answer each time: a second record at this site would be a second story.
              return state.log.push(sum) + 1000 * paid;
            },
          },
        },
      }),
    );
  const ports = (name: string) => ({ clock: stage.clock, transport: stage.network.join(idOf(name)) });
  const bob = new Survivor('bob', () => ({ ...ports('bob'), services: [account()] }));
  const carol = new Survivor('carol', () => ports('carol'));
  await Promise.all([bob.start(), carol.start()]);
  const kept: Particle[] = [];
  stage.network.intercept(({ to, particle }) => {
    if (to === idOf('bob')) kept.push(particle);
    return particle;
  });
  const particle = signParticle(signer('alice'), {
    id: 'p',
    timestamp: stage.clock.now(),
    ttl: 60_000,
    script: withIds('(seq (call "bob" ("account" "pay") [5] x) (call "carol" ("op" "identity") [x] y))'),
  });
  const wire = stage.network.join(idOf('mallory'));
  await stage.end(wire.send(idOf('bob'), particle));
  await stage.pass(100);
  if (end === 'stop') await stage.end(bob.peer.stop());
  if (end === 'kill') await bob.crash();
  if (end !== 'none') await bob.start();
  for (const copy of kept.slice()) await stage.end(wire.send(idOf('bob'), copy));
  await stage.pass(100);
  return { paid, refusals: [...bob.refusals, ...carol.refusals], carol: carol.calls.length };
}

describe('a particle delivered again after a restart', () => {
  it('honest twin: without a restart', async () => {
    expect(await paidAgain('none')).toEqual({ paid: 5, refusals: [], carol: 1 });
  });

  it.each(['stop', 'kill'] as const)('is the same execution: after a %s', async end => {
    expect(await paidAgain(end)).toEqual({ paid: 5, refusals: [], carol: 1 });
  });
});
