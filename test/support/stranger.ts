import { z } from 'zod';
import { signParticle, type Particle, type PeerLimits } from '../../peer/index.ts';
import { defineService, startService } from '../../services/index.ts';
import { idOf, signer, withIds } from './cast.ts';
import { World } from './world.ts';

export const NOW = 1_700_000_000_000;

/** A particle that asks bob to count, signed by `by`. */
export function particleOf(by: string, header: Partial<Particle> = {}): Particle {
  const script = withIds('(call "bob" ("counter" "add") [1])');
  return signParticle(signer(by), { id: 'p', timestamp: NOW, ttl: 7000, script, ...header });
}

/** Adds to what it keeps; `never` gives no answer. */
export const COUNTER = defineService({
  id: 'counter',
  state: { count: 0 },
  functions: {
    add: { arguments: { by: z.int() }, guards: {}, handler: ({ by }, { state }) => (state.count += by) },
    never: { arguments: {}, guards: {}, handler: () => new Promise(() => undefined) },
  },
});

/** Bob counts; mallory, a stranger who plays no part in any particle, hands over what she likes. */
export function strangerAndBob({ limits, denied }: { limits?: Partial<PeerLimits>; denied?: string[] } = {}) {
  const world = new World();
  const counter = startService(COUNTER);
  const bob = world.add('bob', {
    services: [counter],
    ...(limits && { limits }),
    ...(denied && { denied: denied.map(idOf) }),
  });
  const wire = world.simulation.network.join(idOf('mallory'));
  return {
    world,
    bob,
    counter,
    /** Hands them over at once and lets everything happen but the ends of their lives. */
    async send(...particles: Particle[]): Promise<void> {
      for (const particle of particles) void wire.send(idOf('bob'), particle);
      await world.simulation.settle();
    },
  };
}

/** What bob refused, as codes; and that it ran nothing. */
export const codesOf = ({ refusals }: World): string[] => refusals.map(({ code }) => code);
