import { describe, expect, it } from 'vitest';
import { Actor } from '../../../peer/actor.ts';
import { fixedDenyList } from '../../../peer/envelopes/deny-list.ts';
import { ParticleError } from '../../../peer/errors.ts';
import { admit, admitOwn, isPassing } from '../../../peer/ingest.ts';
import { DEFAULT_PEER_LIMITS, type PeerLimits } from '../../../peer/limits.ts';
import { particleKey, type Particle } from '../../../peer/particle.ts';
import { Residents } from '../../../peer/residents.ts';
import { idOf } from '../../support/cast.ts';
import { NOW, particleOf } from '../../support/stranger.ts';

const [ALICE, BOB, MALLORY] = [idOf('alice'), idOf('bob'), idOf('mallory')];

/** Bob's room; `waiting` copies of alice wait. */
class Scene {
  readonly residents = new Residents(BOB);
  waiting = 0;

  refusal(
    particle: Particle,
    {
      limits = {},
      from = ALICE,
      denied = [],
      own = false,
      now = NOW,
    }: {
      limits?: Partial<PeerLimits>;
      from?: string;
      denied?: string[];
      own?: boolean;
      now?: number;
    } = {},
  ): ParticleError | undefined {
    const queue = {
      waiting: this.waiting,
      waitingFrom: (peer: string) => (peer === ALICE ? this.waiting : 0),
    };
    const room = { queue, residents: this.residents };
    const rules = { limits: { ...DEFAULT_PEER_LIMITS, ...limits }, denied: fixedDenyList(denied) };
    try {
      if (own) admitOwn(particle, now, room, rules);
      else admit(particle, from, now, room, rules);
      return undefined;
    } catch (failure) {
      expect(failure).toBeInstanceOf(ParticleError);
      return failure as ParticleError;
    }
  }

  codeOf(...args: Parameters<Scene['refusal']>): string | undefined {
    return this.refusal(...args)?.code;
  }

  work(by: string, id: string): Actor {
    const actor = new Actor(particleOf(by, { id }));
    this.residents.live(actor);
    return actor;
  }

  rest(by: string, id: string): void {
    this.residents.rest(this.work(by, id));
  }
}

const particle = particleOf('alice');

describe('the limits of admission: just below, at and above', () => {
  it.each<
    [name: keyof PeerLimits, code: string, text: string, fill: (scene: Scene, i: number) => void, by?: string]
  >([
    [
      'waitingPerSender',
      'ERR_PARTICLE_SENDER_BUSY',
      `\`3\` particles of sender \`${ALICE}\` wait already; try again later`,
      scene => (scene.waiting += 1),
    ],
    [
      'waiting',
      'ERR_PARTICLE_PEER_BUSY',
      '`3` particles wait already; try again later',
      scene => (scene.waiting += 1),
    ],
    [
      'particlesPerInitPeer',
      'ERR_PARTICLE_INIT_PEER_BUSY',
      `\`3\` particles of init peer \`${ALICE}\` are at work here already; try again later`,
      (scene, i) => scene.work('alice', `work${i}`),
    ],
    [
      'particles',
      'ERR_PARTICLE_PEER_BUSY',
      '`3` particles are at work here already; try again later',
      (scene, i) => scene.work('carol', `work${i}`),
    ],
    [
      'knownPerInitPeer',
      'ERR_PARTICLE_INIT_PEER_FULL',
      `\`3\` particles of init peer \`${ALICE}\` live already; try again later`,
      (scene, i) => scene.rest('alice', `rest${i}`),
    ],
    [
      'known',
      'ERR_PARTICLE_STORE_FULL',
      '`3` particles live already; try again later',
      (scene, i) => scene.rest('carol', `rest${i}`),
    ],
  ])('%s', (name, code, text, fill) => {
    const scene = new Scene();
    for (let i = 0; i < 5; i++) {
      const refusal = scene.refusal(particle, { limits: { [name]: 3 } });
      expect([i, refusal?.code]).toEqual([i, i < 3 ? undefined : code]);
      if (i === 3) expect(refusal?.message).toBe(text);
      fill(scene, i);
    }
  });

  it('storedBytes', () => {
    const scene = new Scene();
    scene.rest('carol', 'rest');
    const size = scene.residents.bytes;
    const codeAt = (storedBytes: number): string | undefined =>
      scene.codeOf(particle, { limits: { storedBytes } });
    expect([codeAt(size + 1), codeAt(size), codeAt(size - 1)]).toEqual([
      undefined,
      'ERR_PARTICLE_STORE_FULL',
      'ERR_PARTICLE_STORE_FULL',
    ]);
    expect(scene.refusal(particle, { limits: { storedBytes: 7 } })?.message).toBe(
      'particles take `7` bytes already; try again later',
    );
  });

  it('the limits of one sender and of one init peer do not touch others', () => {
    const scene = new Scene();
    scene.waiting = 3;
    scene.work('alice', 'work');
    scene.rest('alice', 'rest');
    const limits = { waitingPerSender: 3, particlesPerInitPeer: 1, knownPerInitPeer: 2 };
    expect(scene.codeOf(particleOf('mallory'), { limits, from: MALLORY })).toBeUndefined();
  });
});

describe('a particle that is here already', () => {
  it('at work needs no room of its own, but its copies wait with the others', () => {
    const scene = new Scene();
    scene.work('alice', particle.id);
    const none = { particlesPerInitPeer: 0, particles: 0, knownPerInitPeer: 0, known: 0, storedBytes: 0 };
    expect(scene.codeOf(particle, { limits: none })).toBeUndefined();
    scene.waiting = 3;
    expect(scene.codeOf(particle, { limits: { waiting: 3 } })).toBe('ERR_PARTICLE_PEER_BUSY');
  });

  it('at rest needs room to work, and none to rest', () => {
    const scene = new Scene();
    scene.rest('alice', particle.id);
    const noRest = { knownPerInitPeer: 0, known: 0, storedBytes: 0 };
    expect(scene.codeOf(particle, { limits: noRest })).toBeUndefined();
    expect(scene.codeOf(particle, { limits: { particles: 0 } })).toBe('ERR_PARTICLE_PEER_BUSY');
  });
});

describe('a particle that has ended here', () => {
  const deadline = particle.timestamp + particle.ttl;

  it.each([
    [deadline - 1, undefined],
    [deadline, 'ERR_PARTICLE_EXPIRED'],
    [deadline + 1, 'ERR_PARTICLE_EXPIRED'],
  ])('with a last deadline of %i', (others, code) => {
    const scene = new Scene();
    scene.residents.ended({ others });
    expect(scene.codeOf(particle)).toBe(code);
    scene.rest('alice', particle.id);
    expect(scene.codeOf(particle)).toBeUndefined();
  });
});

describe('the deny list', () => {
  it.each([
    ['names the init peer', [ALICE], 'ERR_PARTICLE_DENIED'],
    ['names the sender', [MALLORY], 'ERR_PARTICLE_DENIED'],
    ['names another peer', [BOB], undefined],
  ])('%s', (_, denied, code) => {
    expect(new Scene().codeOf(particle, { from: MALLORY, denied })).toBe(code);
  });
});

describe('a particle that this peer starts', () => {
  const own = particleOf('bob', { id: 'mine' });

  it('needs an id that no living particle of this peer has', () => {
    const scene = new Scene();
    expect(scene.codeOf(own, { own: true })).toBeUndefined();
    scene.rest('alice', 'mine');
    expect(scene.codeOf(own, { own: true })).toBeUndefined();
    scene.rest('bob', 'mine');
    expect(scene.codeOf(own, { own: true })).toBe('ERR_PARTICLE_ID_TAKEN');
    scene.residents.remove(particleKey(own));
    expect(scene.codeOf(own, { own: true })).toBeUndefined();
  });

  it('needs room, and a lifetime within the limits', () => {
    const scene = new Scene();
    expect(scene.codeOf(own, { own: true, limits: { known: 0 } })).toBe('ERR_PARTICLE_STORE_FULL');
    expect(scene.codeOf(own, { own: true, limits: { ttlMs: own.ttl - 1 } })).toBe('ERR_PARTICLE_TTL');
  });
});

it.each<[ParticleError['code'], boolean]>([
  ['ERR_PARTICLE_SENDER_BUSY', true],
  ['ERR_PARTICLE_PEER_BUSY', true],
  ['ERR_PARTICLE_INIT_PEER_BUSY', true],
  ['ERR_PARTICLE_INIT_PEER_FULL', true],
  ['ERR_PARTICLE_STORE_FULL', true],
  ['ERR_PARTICLE_STORE', true],
  ['ERR_PARTICLE_SIGNER', true],
  ['ERR_PARTICLE_STOPPED', true],
  ['ERR_PARTICLE_DENIED', false],
  ['ERR_PARTICLE_EXPIRED', false],
  ['ERR_PARTICLE_ID', false],
])('%s passes with time: %s', (code, passes) => {
  expect(isPassing(new ParticleError(code, 'text'))).toBe(passes);
});
