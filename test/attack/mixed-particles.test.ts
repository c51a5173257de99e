import { describe, expect, it } from 'vitest';
import { signParticle, type Particle } from '../../peer/index.ts';
import { auth, blog, startService } from '../../services/index.ts';
import { refusalsOf } from '../support/blog-world.ts';
import { idOf, signer, withIds } from '../support/cast.ts';
import { POSTING } from '../support/posting.ts';
import { World } from '../support/world.ts';

// Goal:    what Auth said of an admin counts for somebody else.
// Means:   a carrier holds an honest particle of each and puts one together of parts of both.
// Refused: another one's data by verification, other fields by admission: the signature covers all but the data.
const header = { id: 'post', timestamp: 1_700_000_000_000, ttl: 7000, script: withIds(POSTING) };
const carols = signParticle(signer('carol'), header);
const mallorys = signParticle(signer('mallory'), header);

/** What bob does with a particle, after alice's Auth has answered in those of carol (an admin) and mallory. */
async function deliver(mix: (carols: Particle, mallorys: Particle) => Particle) {
  const world = new World();
  world.add('alice', { services: [startService(auth({ admins: [idOf('carol')] }))] });
  const guarded = startService(blog({ authPeer: idOf('alice') }));
  const wire = world.simulation.network.join(idOf('dave'));
  const answered: Particle[] = [];
  void wire.start(() => Promise.resolve({ status: 'accepted' }));
  world.simulation.network.intercept(({ from, particle }) => {
    if (from === idOf('alice')) answered.push(particle);
    return from === idOf('alice') ? undefined : particle;
  });
  world.add('bob', { services: [guarded] });
  for (const particle of [carols, mallorys]) void wire.send(idOf('alice'), particle);
  await world.simulation.settle();
  const of = (name: string): Particle => answered.find(({ initPeerId }) => initPeerId === idOf(name))!;
  void wire.send(idOf('bob'), mix(of('carol'), of('mallory')));
  await world.simulation.settle();
  return { world, posts: guarded.state.posts };
}

describe('a particle of parts of two', () => {
  it('honest twins: each as it is', async () => {
    expect((await deliver(carol => carol)).posts).toMatchObject([{ author: idOf('carol') }]);
    const { posts, world } = await deliver((_, mallory) => mallory);
    expect([posts, world.refusals]).toEqual([[], []]);
  });

  it.each<[string, (carol: Particle, mallory: Particle) => Particle, string]>([
    [
      'the data of the other',
      (carol, mallory) => ({ ...mallory, data: carol.data }),
      'verification ERR_RUN_9',
    ],
    [
      'the signature of the other',
      (carol, mallory) => ({ ...mallory, signature: carol.signature }),
      'admission ERR_PARTICLE_SIGNATURE',
    ],
    [
      'the signature and the data of the other',
      (carol, mallory) => ({ ...mallory, signature: carol.signature, data: carol.data }),
      'admission ERR_PARTICLE_SIGNATURE',
    ],
    [
      'the init peer of the other',
      (carol, mallory) => ({ ...carol, initPeerId: mallory.initPeerId }),
      'admission ERR_PARTICLE_SIGNATURE',
    ],
  ])('is refused: %s', async (_, mix, refusal) => {
    const { world, posts } = await deliver(mix);
    expect(posts).toEqual([]);
    expect(refusalsOf(world)).toEqual([`bob refused dave ${refusal}`]);
    expect(world.calls.filter(({ request }) => request.serviceId === 'blogSrv')).toEqual([]);
  });
});
