// Goal:    to have a call answered that the rules deny, or watched without a trace, since an earlier call was answered.
// Means:   `createPeer({ recall })` gives the earlier decision again, with what the rules said then.
// Refused: by `services/dispatch.ts`: the rules are asked before, and what they say now stands in the decision.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createSimulation, type PeerOptions } from '../../peer/index.ts';
import {
  defineService,
  expectLiteral,
  startService,
  type CallEvent,
  type Recall,
} from '../../services/index.ts';
import { seedOf } from '../support/cast.ts';

const GOOD = '(call %init_peer_id% ("s" "pay") ["carol"] x)';
/** The same value, of another origin. */
const BAD = `(seq (call %init_peer_id% ("op" "identity") ["carol"] who) (call %init_peer_id% ("s" "pay") [who] x))`;

/** A peer whose answers are all given again. */
function scene(guardMode: NonNullable<PeerOptions['guardMode']>) {
  let ran = 0;
  const service = startService(
    defineService({
      id: 's',
      functions: {
        pay: {
          arguments: { to: z.string() },
          guards: { to: expectLiteral() },
          handler: () => (ran += 1),
        },
      },
    }),
  );
  let known: ReturnType<Recall>;
  const calls: CallEvent[] = [];
  const simulation = createSimulation({ seed: 1, startMs: 0 });
  const peer = simulation.addPeer({
    secretKey: seedOf('alice'),
    services: [service],
    guardMode,
    recall: ({ request }) => (request.serviceId === 's' ? known : undefined),
    observer: { call: event => void calls.push(event) },
  });
  const decide = async (script: string): Promise<CallEvent['decision']> => {
    peer.run(`(xor ${script} (null))`);
    await simulation.runToEnd();
    return (calls.findLast(({ request }) => request.serviceId === 's') as CallEvent).decision;
  };
  return {
    decide,
    keep: (decision: CallEvent['decision']) => void (known = decision as never),
    ran: () => ran,
  };
}

describe('an answer that is given again', () => {
  it('honest twin: stands for a call that the rules allow, without a denial', async () => {
    const { decide, keep, ran } = scene('enforce');
    const first = await decide(GOOD);
    keep(first);
    expect(await decide(GOOD)).toEqual({ ...first, patches: [] });
    expect(ran()).toBe(1);
  });

  it('does not stand for a call that the rules deny', async () => {
    const { decide, keep, ran } = scene('enforce');
    keep(await decide(GOOD));
    expect(await decide(BAD)).toMatchObject({ kind: 'denied', stage: 'guards' });
    expect(ran()).toBe(1);
  });

  it('says which rule would have denied it where rules only watch', async () => {
    const { decide, keep } = scene('monitor');
    const first = await decide(GOOD);
    expect(first).not.toHaveProperty('denial');
    keep(first);
    const again = await decide(BAD);
    expect(again).toMatchObject({ kind: 'served', denial: expect.anything() });
    // And the other way: what was noted of the first call is not said of one that is in order.
    keep(again);
    expect(await decide(GOOD)).not.toHaveProperty('denial');
  });
});
