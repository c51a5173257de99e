import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineService, fail, startService } from '../../../services/index.ts';
import { signParticle, verifyRefusal, type SendEvent, type PeerOptions } from '../../../peer/index.ts';
import { createPeer } from '../../../peer/index.ts';
import { idOf, seedOf, signer, withIds, withNames } from '../../support/cast.ts';
import { Stage } from '../../support/stage.ts';
import { World } from '../../support/world.ts';

const shop = () =>
  startService(
    defineService({
      id: 'shop',
      functions: {
        buy: {
          arguments: { what: z.string() },
          guards: {},
          handler: ({ what }) => (what === 'nothing' ? fail('sold out') : `a ${what}`),
        },
        manage: { arguments: {}, guards: {}, management: true, handler: () => 'managed' },
        never: { arguments: {}, guards: {}, handler: () => new Promise(() => undefined) },
      },
    }),
  );

/** Alice starts a script; bob and carol have shops. */
async function started(script: string, ttlMs = 7000) {
  const world = new World();
  const alice = world.add('alice');
  for (const name of ['bob', 'carol']) world.add(name, { services: [shop()] });
  const begun = world.simulation.clock.now();
  let endedAt = NaN;
  const run = alice.run(withIds(script), { ttlMs });
  const end = run.done.then(
    value => ({ value }),
    (failure: { code: string; message: string; details: Record<string, unknown> }) => ({ failure }),
  );
  void end.then(() => (endedAt = world.simulation.clock.now() - begun));
  await world.simulation.runToEnd();
  return { world, end: (await end) as Awaited<typeof end> & { failure?: never }, endedAt };
}

describe('a failure on another peer rejects the run of the init peer', () => {
  it.each([
    ['a refusal of the service', '("shop" "buy") ["nothing"]', 'buy', 'sold out'],
    ['a wrong argument', '("shop" "buy") [7]', 'buy', 'argument `what`'],
    ['a denial', '("shop" "manage") []', 'manage', 'denied `shop.manage`'],
    ['an unknown function', '("shop" "sell") []', 'sell', 'No service found'],
    ['an unknown service', '("shed" "buy") []', 'buy', 'No service found'],
  ])('%s on another peer rejects at once, and names the peer', async (_, call, functionName, text) => {
    const script = `(seq (null)\n  (seq (call "bob" ${call} x) (call "alice" ("callbackSrv" "response") [x])))`;
    const { end, endedAt } = await started(script);
    expect(end.failure).toMatchObject({
      code: 'ERR_STARTED_REMOTE',
      message: expect.stringContaining(text),
      details: {
        stage: 'remote',
        peerId: idOf('bob'),
        functionName,
        line: 2,
        column: 8,
        retCode: 10000,
        message: expect.stringContaining(text),
      },
    });
    expect(endedAt).toBeLessThan(10);
  });

  it('also through intermediate peers: carol fails, after bob sent the particle', async () => {
    const { end, endedAt } = await started(`(seq (call "bob" ("shop" "buy") ["cup"] x)
      (seq (call "carol" ("shop" "buy") ["nothing"] y) (call "alice" ("callbackSrv" "response") [y])))`);
    expect(end.failure).toMatchObject({ code: 'ERR_STARTED_REMOTE', details: { peerId: idOf('carol') } });
    expect(endedAt).toBeLessThan(10);
  });

  it('a failure comes home that was answered together with a success, whose branch goes on elsewhere', async () => {
    const world = new World();
    // Both calls of bob are answered at the same moment.
    const waiting: (() => void)[] = [];
    world.simulation.clock.after(100, () => {
      for (const answer of waiting.splice(0)) answer();
    });
    const slow = startService(
      defineService({
        id: 'slow',
        functions: {
          buy: {
            arguments: { what: z.string() },
            guards: {},
            async handler({ what }) {
              await new Promise<void>(resolve => void waiting.push(resolve));
              return what === 'nothing' ? fail('sold out') : `a ${what}`;
            },
          },
        },
      }),
    );
    const alice = world.add('alice');
    world.add('bob', { services: [slow] });
    for (const name of ['carol', 'dave']) world.add(name, { services: [shop()] });
    // Carol makes the canon before she hears of bob. Dave then fails without knowing that bob has failed, too.
    const run = alice.run(
      withIds(`(seq (xor
        (par
          (seq (seq (par (call "bob" ("slow" "buy") ["cup"] $all) (call "dave" ("shop" "buy") ["cup"] $all))
                    (canon "carol" $all #all))
               (call "dave" ("shop" "buy") ["nothing"]))
          (call "bob" ("slow" "buy") ["nothing"]))
        (null)) (call "alice" ("callbackSrv" "response") ["caught"]))`),
    );
    await world.simulation.runToEnd();
    expect(await run.done).toBe('caught');
  });

  it.each([
    ['match', '(match x "another" (null))'],
    ['mismatch', '(mismatch x "a cup" (null))'],
    ['fail', '(fail 7 "no")'],
  ])('`%s` fails on another peer, and the script catches it at home', async (_, failing) => {
    const { end, endedAt } = await started(`(xor
      (seq (call "bob" ("shop" "buy") ["cup"] x) ${failing})
      (call "alice" ("callbackSrv" "response") ["caught"]))`);
    expect(end).toEqual({ value: 'caught' });
    expect(endedAt).toBeLessThan(10);
  });

  it.each([
    ['match', '(match x "another" (null))'],
    ['mismatch', '(mismatch x "a cup" (null))'],
    ['fail', '(fail 7 "no")'],
  ])('`%s` fails on another peer uncaught: the run ends', async (_, failing) => {
    const { end, endedAt } = await started(`(seq (seq (call "bob" ("shop" "buy") ["cup"] x) ${failing})
      (call "alice" ("callbackSrv" "response") ["never"]))`);
    expect(end.failure).toMatchObject({ code: expect.stringMatching(/^ERR_STARTED_(REMOTE|UNCAUGHT)$/) });
    expect(endedAt).toBeLessThan(10);
  });

  it.each([
    ['match', '(match x "another" (null))'],
    ['mismatch', '(mismatch x "a cup" (null))'],
    ['fail', '(fail 7 "no")'],
  ])('`%s` fails on another peer in each branch of a par', async (_, failing) => {
    const { end, endedAt } = await started(`(seq (xor
      (par
        (seq (call "bob" ("shop" "buy") ["cup"] x) ${failing})
        (seq (call "carol" ("shop" "buy") ["cup"] y) ${failing.replace(' x ', ' y ')}))
      (null)) (call "alice" ("callbackSrv" "response") ["caught"]))`);
    expect(end).toEqual({ value: 'caught' });
    expect(endedAt).toBeLessThan(10);
  });

  it('not while another branch may succeed', async () => {
    const { end } = await started(`(seq
      (par (call "bob" ("shop" "buy") ["nothing"] x)
        (seq (call "carol" ("peer" "timeout") [500 ""]) (call "carol" ("shop" "buy") ["cup"] y)))
      (call "alice" ("callbackSrv" "response") [y]))`);
    expect(end).toEqual({ value: 'a cup' });
  });

  it('after all branches of a par have failed, each on another peer', async () => {
    const { end, endedAt } = await started(`(seq
      (par (call "bob" ("shop" "buy") ["nothing"] x) (call "carol" ("shop" "buy") ["nothing"] y))
      (call "alice" ("callbackSrv" "response") [y]))`);
    expect(end.failure).toMatchObject({ code: 'ERR_STARTED_REMOTE' });
    expect(endedAt).toBeLessThan(10);
  });

  it('not when the script catches the failure', async () => {
    const { end } = await started(`(xor (seq (call "bob" ("shop" "buy") ["nothing"] x) (null))
      (call "alice" ("callbackSrv" "response") ["caught"]))`);
    expect(end).toEqual({ value: 'caught' });
  });

  it('reports an error on the init peer as its own', async () => {
    const { end } = await started('(fail 7 "no")');
    expect(end.failure).toMatchObject({
      code: 'ERR_STARTED_UNCAUGHT',
      details: { stage: 'local', line: 1, column: 1, peerId: idOf('alice') },
    });
  });
});

describe('expiry', () => {
  const textOf = async (script: string): Promise<string> => {
    const { end } = await started(script, 2000);
    const { code, message } = end.failure as unknown as { code: string; message: string };
    expect(code).toBe('ERR_STARTED_EXPIRED');
    return withNames(message).replace(/`[0-9a-f]{32}`/, 'ID');
  };
  const then = '(call "alice" ("callbackSrv" "response") [])';

  it.each([
    [
      'another peer',
      `(seq (call "bob" ("shop" "never") []) ${then})`,
      'still waiting for peer `bob`: `shop.never`, for 2.0 s',
    ],
    [
      'two of them',
      `(seq (par (call "bob" ("shop" "never") [] x) (call "carol" ("shop" "never") [] y)) (seq (call "bob" ("op" "identity") [x]) ${then}))`,
      'still waiting for peer `bob`: `shop.never`, for 2.0 s; peer `carol`: `shop.never`, for 2.0 s',
    ],
    ['nobody', `(seq (never) ${then})`, 'nothing is awaited'],
  ])('names each awaited peer, its call and the time waited: %s', async (_, script, text) => {
    expect(await textOf(script)).toBe(`particle ID expired after its ttl of 2000 ms; ${text}`);
  });

  it('says why a peer could not be reached', async () => {
    const world = new World();
    const alice = world.add('alice');
    world.add('bob');
    world.simulation.network.faults = { isCut: () => true };
    const script = withIds(`(seq (call "bob" ("s" "f") []) ${then})`);
    const run = alice.run(script, { ttlMs: 1000 });
    await world.simulation.runToEnd();
    await expect(run.done).rejects.toMatchObject({ message: expect.stringContaining('cannot be reached') });
  });
});

describe('a peer that refuses', () => {
  /** Bob's clock is `skewMs` ahead; alice sends him a particle. */
  async function skewed(skewMs: number) {
    const stage = new Stage();
    const { clock, network } = stage;
    const sent: SendEvent[] = [];
    const peer = (name: string, options: Partial<PeerOptions>) =>
      createPeer({ secretKey: seedOf(name), clock, transport: network.join(idOf(name)), ...options });
    const bobs = { now: () => clock.now() + skewMs, after: clock.after.bind(clock) };
    const alice = peer('alice', { observer: { sent: event => void sent.push(event) } });
    await Promise.all([alice.start(), peer('bob', { clock: bobs }).start()]);
    const run = alice.run(
      withIds('(seq (call "bob" ("op" "identity") [1]) (call "alice" ("callbackSrv" "response") []))'),
    );
    await stage.end(run.done.catch(() => undefined));
    return { run, sent };
  }

  it.each([
    [3_600_000, 'ERR_PARTICLE_EXPIRED', '3600.0 s ahead of this peer’s'],
    [-3_600_000, 'ERR_PARTICLE_FUTURE', '3600.0 s behind this peer’s'],
  ])('tells its sender at once, with its own time: clocks %d ms apart', async (skewMs, code, text) => {
    const { run, sent } = await skewed(skewMs);
    await expect(run.done).rejects.toMatchObject({
      code: 'ERR_STARTED_SEND',
      message: expect.stringContaining(text),
      details: { refusal: { by: idOf('bob'), code } },
    });
    const [{ refusal }] = sent as [Required<SendEvent>];
    const particleSignature = run.header.signature;
    const claim = { by: idOf('bob'), to: idOf('alice'), particleSignature };
    expect(verifyRefusal(refusal, claim)).toBe(true);
  });

  it('honest twin: clocks that agree', async () => {
    const { run, sent } = await skewed(0);
    expect([await run.done, sent.map(({ failure }) => failure)]).toEqual([null, [undefined]]);
  });
});

describe('the id of a started particle', () => {
  it('is refused while another particle with it lives, and accepted again after that one expired', async () => {
    const world = new World();
    const alice = world.add('alice');
    const [one, two] = [alice.run('(null)', { id: 'mine' }), alice.run('(null)', { id: 'mine' })];
    const other = alice.run('(null)', { id: 'other' });
    await world.simulation.settle();
    await expect(one.done).resolves.toBeNull();
    await expect(other.done).resolves.toBeNull();
    await expect(two.done).rejects.toMatchObject({
      code: 'ERR_STARTED_REFUSED',
      details: { code: 'ERR_PARTICLE_ID_TAKEN' },
    });
    await expect(alice.run('(fail 1 "x")', { id: 'mine' }).done).rejects.toMatchObject({
      code: 'ERR_STARTED_REFUSED',
    });
    await world.simulation.runToEnd();
    const again = alice.run('(null)', { id: 'mine' });
    await world.simulation.runToEnd();
    await expect(again.done).resolves.toBeNull();
  });

  it('may equal the id of another init peer: they are two particles', async () => {
    const world = new World();
    const alice = world.add('alice');
    const header = { id: 'mine', timestamp: 1_700_000_000_000, ttl: 7000, script: '(null)' };
    void world.simulation.network.join(idOf('bob')).send(idOf('alice'), signParticle(signer('bob'), header));
    await world.simulation.settle();
    const run = alice.run('(null)', { id: 'mine' });
    await world.simulation.settle();
    await expect(run.done).resolves.toBeNull();
  });
});
