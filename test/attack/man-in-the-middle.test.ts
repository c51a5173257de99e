import { describe, expect, it } from 'vitest';
import { ask, postOnBlog, refusalsOf } from '../support/blog-world.ts';
import { idOf } from '../support/cast.ts';
import type { Particle } from '../../peer/index.ts';

// Goal:    the Blog takes a post from somebody who is not an admin.
// Means:   somebody on the wire changes what passes: Auth's `false` to `true`, the script, the init peer.
// Refused: data by verification on the Blog's peer, everything else by admission; no service is asked.
const SCRIPT = ask('alice', 'authSrv', 'get_status', 'status.$.is_admin');

/** What mallory's script comes to if particles from alice to bob are changed on the way. */
const meddled = (change: (particle: Particle) => Particle) =>
  postOnBlog(SCRIPT, {
    prepare: ({ simulation }) =>
      void simulation.network.intercept(({ from, to, particle }) =>
        from === idOf('alice') && to === idOf('bob') ? change(particle) : particle,
      ),
  });

function replaced(data: Uint8Array, find: string, put: string): Uint8Array {
  const bytes = Buffer.from(data);
  bytes.write(put, bytes.indexOf(find));
  return new Uint8Array(bytes);
}

describe('a man in the middle', () => {
  it('honest twin: nothing is changed, and the Blog hears Auth’s `false`', async () => {
    const { verdict, text, world } = await meddled(particle => particle);
    expect([verdict, text]).toEqual(['failed handler ERR_CALL_FAILED', 'only admins may post']);
    expect(world.refusals).toEqual([]);
  });

  it.each<[string, (particle: Particle) => Particle, string]>([
    ['the value', p => ({ ...p, data: replaced(p.data, 'false', 'true ') }), 'verification ERR_RUN_8'],
    ['the service', p => ({ ...p, data: replaced(p.data, 'authSrv', 'authsrv') }), 'verification ERR_RUN_9'],
    [
      'the speaker',
      p => ({ ...p, data: replaced(p.data, idOf('alice'), idOf('carol')) }),
      'verification ERR_RUN_9',
    ],
    ['all data', p => ({ ...p, data: Uint8Array.of(1, 2, 3) }), 'verification ERR_RUN_2'],
    [
      'the script',
      p => ({ ...p, script: p.script.replace('is_admin', 'is_misbehaving') }),
      'admission ERR_PARTICLE_SIGNATURE',
    ],
    ['the init peer', p => ({ ...p, initPeerId: idOf('alice') }), 'admission ERR_PARTICLE_SIGNATURE'],
    ['the life', p => ({ ...p, ttl: p.ttl + 1 }), 'admission ERR_PARTICLE_SIGNATURE'],
  ])('is found out: %s', async (_, change, refusal) => {
    const { verdict, posts, world } = await meddled(change);
    expect([verdict, posts]).toEqual(['never asked', []]);
    expect(refusalsOf(world)).toEqual([`bob refused alice ${refusal}`]);
  });
});
