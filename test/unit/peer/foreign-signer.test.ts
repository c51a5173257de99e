import { describe, expect, it } from 'vitest';
import {
  createPeer,
  createSimulation,
  memoryStore,
  signParticle,
  verifyRefusal,
  type Peer,
  type PeerOptions,
  type HopAnswer,
  type Receive,
} from '../../../peer/index.ts';
import { prepare, type AsyncSigner, type Step } from '../../../interpreter/index.ts';
import { auth, blog, startService } from '../../../services/index.ts';
import { idOf, seedOf, signer, withIds } from '../../support/cast.ts';

const MAIN_JOB = withIds(`
  (seq (call "alice" ("authSrv" "get_status") [] status)
  (seq (call "bob" ("blogSrv" "add_post") ["hello" status.$.is_admin] number)
       (call %init_peer_id% ("callbackSrv" "response") [number])))`);
const LOCAL = '(call %init_peer_id% ("callbackSrv" "response") ["x"])';

/** A key kept elsewhere. Each signature is made after so many turns of the event loop, unless `fail` does something else. */
class Elsewhere implements AsyncSigner {
  readonly peerId: string;
  readonly #name: string;
  asked = 0;
  /** What to do instead, by the number of the request, from 1. */
  fail: (request: number) => Promise<Uint8Array> | undefined = () => undefined;

  constructor(name: string) {
    this.#name = name;
    this.peerId = idOf(name);
  }

  async sign(message: Uint8Array): Promise<Uint8Array> {
    const instead = this.fail((this.asked += 1));
    if (instead !== undefined) return instead;
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    return signer(this.#name).sign(message);
  }
}

/** Carol posts on bob's blog, as an admin of alice's Auth. */
async function posted(keyOf: (name: string) => PeerOptions['secretKey']) {
  const simulation = createSimulation({ seed: 1, startMs: 1_700_000_000_000 });
  const steps: Step[] = [];
  const observer = { step: (step: Step) => void steps.push(step) };
  const admin = auth({ admins: [idOf('carol')] });
  simulation.addPeer({ secretKey: keyOf('alice'), services: [startService(admin)], observer });
  const guarded = startService(blog({ authPeer: idOf('alice') }));
  simulation.addPeer({ secretKey: keyOf('bob'), services: [guarded], observer });
  const carol = simulation.addPeer({ secretKey: keyOf('carol'), observer });
  const run = carol.run(MAIN_JOB, { id: 'post' });
  await simulation.runToEnd();
  return { run, steps, result: await run.done };
}

/** A peer alone, with what its transport got from it, and a way to hand it particles. */
async function alone(more: Partial<PeerOptions> & Pick<PeerOptions, 'secretKey'>) {
  let receive: Receive = () => Promise.reject(new Error('not started'));
  const transport = {
    start: (given: Receive) => void (receive = given),
    send: () => Promise.resolve({ ok: true as const }),
    stop: () => undefined,
  };
  const peer = createPeer({ transport, ...more });
  await peer.start();
  const hand = (from: string, script: string, id = 'p'): Promise<HopAnswer> => {
    const header = { id, timestamp: Date.now(), ttl: 60_000, script: withIds(script) };
    return receive(signParticle(signer(from), header), idOf(from));
  };
  return { peer, hand };
}

const never = () => new Promise<never>(() => undefined);
const stopped = async (peer: Peer) => {
  const begun = performance.now();
  await peer.stop({ graceMs: 20 });
  return performance.now() - begun;
};

describe('keys that are kept elsewhere', () => {
  it('make the same records as local ones, on every peer of a network', async () => {
    const local = await posted(seedOf);
    const remote = await posted(name => new Elsewhere(name));
    expect(remote.result).toEqual(local.result);
    expect(remote.run.header).toEqual(local.run.header);
    expect(await remote.run.signed).toEqual(await local.run.signed);
    const endOf = ({ steps }: typeof local) =>
      steps.map(({ outcome, signatures }) => ({ outcome, signatures }));
    expect(endOf(remote)).toEqual(endOf(local));
    expect(local.steps.length).toBeGreaterThan(4);
  });

  it('leave steps that can be run again', async () => {
    const { steps } = await posted(name => new Elsewhere(name));
    for (const { input, outcome, signatures } of steps) {
      expect(prepare(input).finish(signatures[0])).toEqual(outcome);
    }
    expect(steps.flatMap(({ signatures }) => signatures).length).toBeGreaterThan(2);
  });

  it('of one particle keep no other particle waiting', async () => {
    const key = new Elsewhere('alice');
    key.fail = request => (request === 1 ? never() : undefined);
    const { peer } = await alone({ secretKey: key });
    const stuck = peer.run(LOCAL);
    await expect(peer.run(LOCAL).done).resolves.toBe('x');
    expect(() => stuck.header).toThrow('not signed yet');
    await stopped(peer);
    await expect(stuck.done).rejects.toMatchObject({ code: 'ERR_STARTED_STOPPED' });
  });

  it('sign refusals too', async () => {
    const { peer, hand } = await alone({ secretKey: new Elsewhere('alice'), denied: [idOf('mallory')] });
    const receipt = await hand('mallory', '(null)');
    const refusal = receipt.status === 'refused' ? receipt.refusal : undefined;
    const { signature: particleSignature } = signParticle(signer('mallory'), {
      id: 'p',
      timestamp: 0,
      ttl: 1,
      script: '(null)',
    });
    expect(refusal?.by).toBe(idOf('alice'));
    const claim = { by: idOf('alice'), to: idOf('mallory') };
    const right = refusal?.particleSignature as Uint8Array;
    expect(
      verifyRefusal(refusal as NonNullable<typeof refusal>, { ...claim, particleSignature: right }),
    ).toBe(true);
    expect(verifyRefusal(refusal as NonNullable<typeof refusal>, { ...claim, particleSignature })).toBe(
      false,
    );
    await peer.stop();
  });
});

describe('a key elsewhere that fails', () => {
  const SERVED = '(call "alice" ("op" "identity") [1] x)';

  it('for the record of a run: the program learns why, and the particle goes on when the key is back', async () => {
    const key = new Elsewhere('alice');
    key.fail = request => (request === 2 ? Promise.reject(new Error('locked')) : undefined);
    const { peer } = await alone({ secretKey: key });
    const run = peer.run(`(seq (call %init_peer_id% ("op" "noop") []) ${LOCAL})`);
    await expect(run.done).rejects.toMatchObject({
      code: 'ERR_STARTED_SIGNER',
      message: 'this peer could not sign what it did: the signer failed: locked',
    });
    await expect(peer.run(LOCAL).done).resolves.toBe('x');
    await peer.stop();
  });

  it('for a copy of another peer: the sender may try again, and learns nothing of the fault here', async () => {
    const key = new Elsewhere('alice');
    key.fail = request => (request === 1 ? Promise.reject(new Error('hsm-7.internal is locked')) : undefined);
    const { peer, hand } = await alone({ secretKey: key });
    const canon = '(canon "alice" $s #s)';
    expect(await hand('bob', canon)).toEqual({
      status: 'busy',
      code: 'ERR_PARTICLE_SIGNER',
      message: 'this peer could not sign what it did; try again later',
    });
    expect(peer.size).toBe(0);
    expect(await hand('bob', canon)).toEqual({ status: 'accepted' });
    expect(peer.size).toBe(1);
    await peer.stop();
  });

  it('is asked again for what is stored, later each time', async () => {
    const key = new Elsewhere('alice');
    const simulation = createSimulation({ seed: 1, startMs: 1_700_000_000_000 });
    const peer = simulation.addPeer({ secretKey: key });
    const sender = simulation.network.join(idOf('bob'));
    key.fail = () => Promise.reject(new Error('locked'));
    const header = { id: 'p', timestamp: simulation.clock.now(), ttl: 600_000, script: withIds(SERVED) };
    void sender.send(idOf('alice'), signParticle(signer('bob'), header));
    await simulation.runToEnd();
    // 1, 2, 4, 8, 16, 32, and then every 60 s of ten minutes.
    expect(key.asked).toBeGreaterThan(8);
    expect(key.asked).toBeLessThan(20);
    expect(peer.size).toBe(0);
  });

  it('and is back: the answer that was stored is used, and no call is made again', async () => {
    const key = new Elsewhere('alice');
    const simulation = createSimulation({ seed: 1, startMs: 1_700_000_000_000 });
    const calls: string[] = [];
    const outcomes: Step[] = [];
    const observer = {
      call: ({ request }: { request: { functionName: string } }) => void calls.push(request.functionName),
      step: (step: Step) => void outcomes.push(step),
    };
    simulation.addPeer({ secretKey: key, observer });
    key.fail = request => (request < 3 ? Promise.reject(new Error('locked')) : undefined);
    const header = { id: 'p', timestamp: simulation.clock.now(), ttl: 60_000, script: withIds(SERVED) };
    void simulation.network.join(idOf('bob')).send(idOf('alice'), signParticle(signer('bob'), header));
    await simulation.runToEnd();
    expect(calls).toEqual(['identity']);
    expect(outcomes.flatMap(({ signatures }) => signatures)).toHaveLength(1);
  });

  it('because it never answers, in bounded time', async () => {
    const key = new Elsewhere('alice');
    const { peer } = await alone({ secretKey: key, signTimeoutMs: 30 });
    key.fail = never;
    await expect(peer.run(LOCAL).done).rejects.toMatchObject({
      code: 'ERR_STARTED_SIGNER',
      message: expect.stringContaining('gave no signature within 30 ms') as string,
    });
    key.fail = request => (request === 3 ? never() : undefined);
    await expect(
      peer.run(`(seq (call %init_peer_id% ("op" "noop") []) ${LOCAL})`).done,
    ).rejects.toMatchObject({
      code: 'ERR_STARTED_SIGNER',
    });
    await peer.stop();
  });

  it('while the peer stops: the peer stops in time, and goes on after a restart', async () => {
    const key = new Elsewhere('alice');
    const store = memoryStore();
    const { peer, hand } = await alone({ secretKey: key, store, signTimeoutMs: 60_000 });
    key.fail = never;
    // The call is answered, and stored; its record cannot be signed.
    expect(await hand('bob', SERVED)).toEqual({ status: 'accepted' });
    while (key.asked === 0) await new Promise(setImmediate);
    const run = peer.run(LOCAL);
    expect(await stopped(peer)).toBeLessThan(1000);
    await expect(run.done).rejects.toMatchObject({ code: 'ERR_STARTED_STOPPED' });

    key.fail = () => undefined;
    const signed: Uint8Array[] = [];
    const observer = { step: (step: Step) => void signed.push(...step.signatures) };
    const again = await alone({ secretKey: key, store, observer });
    while (signed.length === 0) await new Promise(setImmediate);
    expect(signed).toHaveLength(1);
    await again.peer.stop();
  });

  it('until the particle’s life is over: a signature that comes later has no effect', async () => {
    const key = new Elsewhere('alice');
    const simulation = createSimulation({ seed: 1, startMs: 1_700_000_000_000, realWorkMs: 5 });
    const peer = simulation.addPeer({ secretKey: key, signTimeoutMs: 60_000 });
    let late: (signature: Uint8Array) => void = () => undefined;
    key.fail = request => (request === 2 ? new Promise(resolve => (late = resolve)) : undefined);
    const run = peer.run(`(seq (call %init_peer_id% ("op" "noop") []) ${LOCAL})`, { ttlMs: 1000 });
    run.done.catch(() => undefined);
    await simulation.runToEnd();
    await expect(run.done).rejects.toMatchObject({ code: 'ERR_STARTED_EXPIRED' });
    late(new Uint8Array(64));
    await simulation.settle();
    expect(peer.size).toBe(0);
    await expect(Promise.race([run.signed, never()])).resolves.toMatchObject({ ttl: 1000 });
  });
});
