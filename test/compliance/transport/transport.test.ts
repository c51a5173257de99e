import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  signParticle,
  verifyParticle,
  verifyRefusal,
  DEFAULT_PEER_LIMITS,
  type Particle,
  type HopAnswer,
  type Transport,
} from '../../../peer/index.ts';
import { signRefusal } from '../../../peer/refusal.ts';
import { idOf, signer } from '../../support/cast.ts';
import { IMPLEMENTATIONS, missing, type World } from './implementations.ts';

const ALICE = idOf('alice');
const BOB = idOf('bob');
const CAROL = idOf('carol');
const ACCEPTED: HopAnswer = { status: 'accepted' };
/** Longer than any transport here waits for an answer. */
const PATIENCE_MS = 30_000;

let count = 0;
function particle(size = 3): Particle {
  const timestamp = Date.now();
  const signed = signParticle(signer('alice'), {
    id: `p${++count}`,
    timestamp,
    ttl: 60_000,
    script: '(null)',
  });
  return { ...signed, data: new Uint8Array(size).fill(count) };
}

const wait = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));
/** Real networks need real time. */
async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !isSo();) {
    if (Date.now() > end) throw new Error('it never happened');
    await wait(5);
  }
}

describe.each(IMPLEMENTATIONS)('transport: $name', implementation => {
  const { open, tooLarge } = implementation;
  const why = missing(implementation);
  if (why !== undefined) {
    it.skip(`does not run here: ${why}`);
    return;
  }
  let world: World;
  const running: Transport[] = [];
  beforeEach(() => {
    world = open();
  });
  afterEach(async () => {
    for (const transport of running.splice(0)) await transport.stop();
    await world.end();
  });

  /** A running transport that answers so. */
  async function start(
    name: string,
    answer: (particle: Particle, from: string) => HopAnswer | Promise<HopAnswer> = () => ACCEPTED,
  ): Promise<Transport> {
    const transport = await world.join(name);
    await transport.start(async (arrived, from) => answer(arrived, from));
    running.push(transport);
    return transport;
  }
  /** Bob first: a dialler must know where he is. */
  async function pair(answer?: (particle: Particle, from: string) => HopAnswer | Promise<HopAnswer>) {
    const bob = await start('bob', answer);
    return { bob, alice: await start('alice') };
  }

  it('carries a particle as it is, and says who handed it over', async () => {
    const arrived: [Particle, string][] = [];
    const { alice } = await pair((one, from) => {
      arrived.push([one, from]);
      return ACCEPTED;
    });
    const sent = particle(1000);
    expect(await alice.send(BOB, sent)).toEqual({ ok: true });
    expect(arrived).toHaveLength(1);
    const [[one, from]] = arrived as [[Particle, string]];
    expect(from).toBe(ALICE);
    expect(one).toEqual(sent);
    expect(() => verifyParticle(one, Date.now(), DEFAULT_PEER_LIMITS)).not.toThrow();
  });

  it('carries particles both ways over what is open', async () => {
    const arrived: string[] = [];
    const bob = await start('bob');
    const alice = await start('alice', (_, from) => {
      arrived.push(from);
      return ACCEPTED;
    });
    expect(await alice.send(BOB, particle())).toEqual({ ok: true });
    expect(await bob.send(ALICE, particle())).toEqual({ ok: true });
    expect(arrived).toEqual([BOB]);
  });

  it('reports busy as transient, with its reason', async () => {
    const { alice } = await pair(() => ({ status: 'busy', code: 'ERR_PARTICLE_PEER_BUSY', message: 'full' }));
    const report = await alice.send(BOB, particle());
    expect(report).toMatchObject({ ok: false, kind: 'transient' });
    expect(JSON.stringify(report)).toContain('ERR_PARTICLE_PEER_BUSY: full');
  });

  it('reports refused as permanent, with a refusal that the receiver has signed', async () => {
    const sent = particle();
    const said = { code: 'ERR_PARTICLE_DENIED', message: 'denied – ☹' };
    const { alice } = await pair(() => ({
      status: 'refused',
      ...said,
      refusal: signRefusal(signer('bob'), { ...said, to: ALICE, particleSignature: sent.signature, atMs: 7 }),
    }));
    const report = await alice.send(BOB, sent);
    expect(report).toMatchObject({
      ok: false,
      kind: 'permanent',
      refusal: { by: BOB, to: ALICE, ...said, atMs: 7 },
    });
    const refusal = report.ok ? undefined : report.refusal;
    const parties = { by: BOB, to: ALICE, particleSignature: sent.signature };
    expect(refusal && verifyRefusal(refusal, parties)).toBe(true);
  });

  it('reports refused without a signature, too', async () => {
    const answer: HopAnswer = {
      status: 'refused',
      code: 'ERR_PARTICLE_ID',
      message: 'no',
      refusal: undefined,
    };
    const { alice } = await pair(() => answer);
    const report = await alice.send(BOB, particle());
    expect(report).toEqual({ ok: false, kind: 'permanent', reason: 'ERR_PARTICLE_ID: no' });
  });

  it('order: each is delivered once, in order if the sender waits for each', async () => {
    const ids: string[] = [];
    const { alice } = await pair(({ id }) => {
      ids.push(id);
      return ACCEPTED;
    });
    const sent = Array.from({ length: 30 }, () => particle());
    for (const one of sent) expect(await alice.send(BOB, one)).toEqual({ ok: true });
    expect(ids).toEqual(sent.map(({ id }) => id));
  });

  it('all of many that are sent at once arrive, each once', async () => {
    const ids: string[] = [];
    const { alice } = await pair(({ id }) => {
      ids.push(id);
      return ACCEPTED;
    });
    const sent = Array.from({ length: 300 }, () => particle(200));
    const reports = await Promise.all(sent.map(one => alice.send(BOB, one)));
    expect(reports.filter(({ ok }) => !ok)).toEqual([]);
    expect(ids.toSorted()).toEqual(sent.map(({ id }) => id).toSorted());
  });

  it('large: several MiB of data arrive whole', async () => {
    let arrived: Particle | undefined;
    const { alice } = await pair(one => {
      arrived = one;
      return ACCEPTED;
    });
    const sent = particle(8 * 1024 * 1024);
    expect(await alice.send(BOB, sent)).toEqual({ ok: true });
    expect(arrived?.data.length).toBe(sent.data.length);
    expect(Buffer.compare(arrived?.data ?? Buffer.of(), sent.data)).toBe(0);
  });

  it.skipIf(tooLarge === Infinity)('too large: reported as such, and the next one arrives', async () => {
    const { alice } = await pair();
    expect(await alice.send(BOB, particle(tooLarge))).toMatchObject({ ok: false, kind: 'too-large' });
    expect(await alice.send(BOB, particle())).toEqual({ ok: true });
  });

  it('slow: a receiver that takes its time is waited for', async () => {
    const { alice } = await pair(async () => {
      await wait(200);
      return ACCEPTED;
    });
    const reports = await Promise.all(Array.from({ length: 50 }, () => alice.send(BOB, particle())));
    expect(reports.every(({ ok }) => ok)).toBe(true);
  });

  it('frozen: a receiver that never answers is a transient failure, and holds up no other', async () => {
    const { alice } = await pair(() => new Promise(() => undefined));
    // Bob’s own end knows nothing of Carol; Alice learns of her by starting again.
    await start('carol');
    await alice.stop();
    const again = await start('alice');
    const stuck = again.send(BOB, particle());
    expect(await again.send(CAROL, particle())).toEqual({ ok: true });
    expect(await stuck).toMatchObject({ ok: false, kind: 'transient' });
  });

  it('back-pressure: what waits for a frozen receiver is bounded', async () => {
    const { alice } = await pair(() => new Promise(() => undefined));
    const before = process.memoryUsage();
    const one = particle(256 * 1024);
    // Each is refused at once when too many wait: 625 MiB are offered.
    const reports: Promise<{ ok: boolean }>[] = [];
    let mostMib = 0;
    for (let i = 0; i < 2500; i++) {
      reports.push(alice.send(BOB, one));
      if (i % 25 === 0) await wait(0);
      const { arrayBuffers } = process.memoryUsage();
      mostMib = Math.max(mostMib, (arrayBuffers - before.arrayBuffers) / 1024 / 1024);
    }
    const all = await Promise.all(reports);
    expect(all.every(({ ok }) => !ok)).toBe(true);
    expect(mostMib).toBeLessThan(400);
  });

  it('dead: a receiver that was stopped is a transient failure', async () => {
    const { alice, bob } = await pair();
    expect(await alice.send(BOB, particle())).toEqual({ ok: true });
    await bob.stop();
    expect(await alice.send(BOB, particle())).toMatchObject({ ok: false, kind: 'transient' });
  });

  it('restart: a receiver that comes back is reached again', async () => {
    const { alice, bob } = await pair();
    expect(await alice.send(BOB, particle())).toEqual({ ok: true });
    await bob.stop();
    await alice.send(BOB, particle());
    await start('bob');
    let isReached = false;
    // The peer above sends again until it is reached.
    await until(() => {
      if (!isReached) void alice.send(BOB, particle()).then(({ ok }) => (isReached ||= ok));
      return isReached;
    });
  });

  it('stop: sends under way settle, and nothing arrives any more', async () => {
    let arrived = 0;
    const { alice, bob } = await pair(() => {
      arrived += 1;
      return ACCEPTED;
    });
    await alice.send(BOB, particle());
    await bob.stop();
    await bob.stop();
    await alice.send(BOB, particle());
    expect(arrived).toBe(1);
    const sends = Array.from({ length: 5 }, () => alice.send(BOB, particle()));
    await alice.stop();
    expect((await Promise.all(sends)).every(({ ok }) => !ok)).toBe(true);
  });

  it('loss and duplication: what is lost is reported as transient; a copy more does no harm', async ctx => {
    if (world.faults === undefined) return ctx.skip('this transport has no faults of its own');
    const { alice } = await pair();
    world.faults({ loss: 1 });
    expect(await alice.send(BOB, particle())).toMatchObject({ ok: false, kind: 'transient' });
    world.faults({ duplication: 1, latencyMs: [0, 20] });
    const reports = await Promise.all(Array.from({ length: 20 }, () => alice.send(BOB, particle())));
    // A copy that overtakes its original may be answered as a replay: then the peer above sends again.
    expect(reports.every(report => report.ok || report.kind === 'transient')).toBe(true);
    world.faults({});
    expect(await alice.send(BOB, particle())).toEqual({ ok: true });
  });

  it('garbage: is dropped, and honest particles go on', async ctx => {
    if (world.garbage === undefined) return ctx.skip('only particles travel on this transport');
    const ids: string[] = [];
    const { alice } = await pair(({ id }) => {
      ids.push(id);
      return ACCEPTED;
    });
    const bombs = [
      Uint8Array.of(),
      Uint8Array.of(0xff),
      new Uint8Array(100_000).fill(7),
      Uint8Array.of(0x82, 0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
      Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0),
    ];
    for (const bytes of bombs) {
      await world.garbage('bob', bytes);
      expect(await alice.send(BOB, particle())).toEqual({ ok: true });
    }
    expect(ids).toHaveLength(bombs.length);
  });
});
