import { describe, expect, it } from 'vitest';
import type { Step } from '../../interpreter/index.ts';
import {
  createPeer,
  signParticle,
  VirtualClock,
  type Particle,
  type RefusalEvent,
} from '../../peer/index.ts';
import { defineService, startService } from '../../services/index.ts';
import { idOf, seedOf, signer, withIds } from '../support/cast.ts';
import { Stage } from '../support/stage.ts';
import { NOW } from '../support/stranger.ts';
import { settle } from '../unit/services/harness.ts';

// Goal:    what bob's own services have answered never becomes part of the particle: it starves.
// Means:   whoever knows the particle hands over bad copies of it, so that one is there with every answer.
// Refused: the copies by verification; the answer is used before the next of them is read (peer/peer.ts).
const particle = signParticle(signer('alice'), {
  id: 'p',
  timestamp: NOW,
  ttl: 7000,
  script: withIds('(seq (call "bob" ("slow" "ask") [] x) (call "bob" ("slow" "tell") [x]))'),
});
/** Bob runs, stores and asks in turns of the event loop of their own. */
async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise<void>(resolve => void setImmediate(resolve));
}

/** What bob does if so many bad copies come after his service has answered, and before he has used it. */
async function answeredAmong(badCopies: number) {
  const [steps, refusals, told]: [Step[], RefusalEvent[], unknown[]] = [[], [], []];
  let receive: (particle: Particle, from: string) => void = () => undefined;
  let answer: (value: number) => void = () => undefined;
  const slow = defineService({
    id: 'slow',
    functions: {
      ask: { arguments: {}, guards: {}, handler: () => new Promise<number>(resolve => (answer = resolve)) },
      tell: {
        arguments: {},
        rest: { '~standard': { version: 1, vendor: 'test', validate: value => ({ value }) } },
        guards: {},
        handler: (_, call) => void told.push(...call.rest),
      },
    },
  });
  const bob = createPeer({
    secretKey: seedOf('bob'),
    services: [startService(slow)],
    clock: new VirtualClock(NOW),
    transport: {
      start: receiver => void (receive = receiver),
      send: () => Promise.resolve({ ok: true }),
      stop: () => undefined,
    },
    observer: { step: step => void steps.push(step), refused: event => void refusals.push(event) },
  });
  await bob.start();
  receive(particle, idOf('alice'));
  await someTurns();
  answer(7);
  await settle();
  for (let i = 0; i < badCopies; i++) receive({ ...particle, data: Uint8Array.of(1, 2, 3) }, idOf('mallory'));
  await someTurns();
  return { steps, refusals, told };
}

describe('bad copies of a particle under way', () => {
  it('honest twin: none', async () => {
    const { refusals, told } = await answeredAmong(0);
    expect([told, refusals]).toEqual([[7], []]);
  });

  it('are refused, and change nothing of what bob does', async () => {
    const { refusals, told } = await answeredAmong(100);
    expect(told).toEqual([7]);
    expect(refusals).toHaveLength(100);
    for (const refusal of refusals)
      expect(refusal).toMatchObject({ code: 'ERR_RUN_2', stage: 'verification', from: idOf('mallory') });
  });

  it('do not keep an answer waiting: after the first of them it is used', async () => {
    const { steps } = await answeredAmong(100);
    const first = steps.findIndex(({ input }) => input.callResults.size > 0);
    const [withCopy, alone] = steps.slice(first, first + 2);
    expect([withCopy?.outcome.retCode, withCopy?.input.currentData.length]).toEqual([2, 3]);
    expect([alone?.outcome.retCode, alone?.input.currentData.length]).toEqual([0, 0]);
    expect(alone?.input.callResults).toEqual(withCopy?.input.callResults);
  });
});

/** Alice starts a script; before it reaches bob, mallory returns so many bad copies of it to alice. */
async function startedAmong(badCopies: number): Promise<{ value: unknown; codes: string[] }> {
  const stage = new Stage();
  const codes: string[] = [];
  const ports = (name: string) => ({
    secretKey: seedOf(name),
    clock: stage.clock,
    transport: stage.network.join(idOf(name)),
  });
  const tell = { arguments: {}, guards: {}, handler: () => 7 };
  const bob = createPeer({
    ...ports('bob'),
    services: [startService(defineService({ id: 'slow', functions: { tell } }))],
  });
  const alice = createPeer({ ...ports('alice'), observer: { refused: ({ code }) => void codes.push(code) } });
  const mallory = stage.network.join(idOf('mallory'));
  await Promise.all([alice.start(), bob.start()]);
  let seen: Particle | undefined;
  const leave = stage.network.intercept(({ particle: passing }) => void (seen = passing));
  const run = alice.run(
    withIds('(seq (call "bob" ("slow" "tell") [] x) (call %init_peer_id% ("callbackSrv" "response") [x]))'),
  );
  await stage.until(() => seen !== undefined, 'the particle on its way');
  leave();
  for (let i = 0; i < badCopies; i++)
    await stage.end(mallory.send(idOf('alice'), { ...(seen as Particle), data: Uint8Array.of(1, 2, 3, i) }));
  return { value: await stage.end(run.done), codes };
}

describe('bad copies at the peer that started the particle', () => {
  it('honest twin: none', async () => {
    expect(await startedAmong(0)).toEqual({ value: 7, codes: [] });
  });

  it('are refused, and do not reject the run of the init peer', async () => {
    expect(await startedAmong(3)).toEqual({ value: 7, codes: ['ERR_RUN_2', 'ERR_RUN_2', 'ERR_RUN_2'] });
  });
});
