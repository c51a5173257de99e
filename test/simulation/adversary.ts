import {
  decodeParticle,
  signParticle,
  splitFrame,
  type Frame,
  type MemoryBus,
  type Particle,
  type Transport,
} from '../../peer/index.ts';
import { Forgery, sealedOf } from '../support/forge.ts';
import { Chance } from './chance.ts';
import { idOfMember, isHonest, memberOf, signerOfMember } from './members.ts';
import type { Act, Habit } from './plan.ts';
import { scriptOf } from './work.ts';

/** What an adversary remembers of what travels. */
const SEEN_MAX = 64;
const JUNK_MAX = 2000;

type AttackAct = Extract<Act, { kind: 'attack' }>;

/** A malicious peer: it has a valid key, reads all that travels, takes part with a habit of its own, and attacks. */
export class Adversary {
  readonly name: string;
  readonly #habit: Habit;
  readonly #wire: Transport;
  readonly #bus: MemoryBus | undefined;
  readonly #chance: Chance;
  readonly #seen: Particle[] = [];
  readonly #frames: Frame[] = [];

  /** @param wire Its own end of the medium. @param bus Set if it can write to the bus in any name. */
  constructor(
    { name, habit }: { readonly name: string; readonly habit: Habit },
    seed: number,
    wire: Transport,
    bus?: MemoryBus,
  ) {
    this.name = name;
    this.#habit = habit;
    this.#wire = wire;
    this.#bus = bus;
    this.#chance = new Chance(seed);
  }

  /** Reads what passes by. Another adversary’s junk is of no use. */
  see(particle: Particle): void {
    if (typeof particle.timestamp === 'number') remember(this.#seen, particle);
  }

  seeFrame(frame: Frame): void {
    remember(this.#frames, frame);
    if (frame.kind !== 'request') return;
    try {
      this.see(decodeParticle(splitFrame(frame.bytes).payload));
    } catch {
      // Junk of another adversary.
    }
  }

  /** Through which its own peer sends: with its habit in between. */
  get transport(): Transport {
    return {
      ...this.#wire,
      start: receive => this.#wire.start(receive),
      send: (to, particle) => this.#send(to, particle),
      stop: () => this.#wire.stop(),
    };
  }

  async #send(to: string, particle: Particle) {
    const chance = this.#chance;
    if (this.#habit === 'withholds' && chance.is(0.5)) return { ok: true } as const;
    if (this.#habit === 'bends' && chance.is(0.5))
      return this.#wire.send(to, bent(chance, particle, this.name));
    if (this.#habit === 'forks' && chance.is(0.5)) return this.#wire.send(to, forked(particle, this.name));
    if (this.#habit === 'replays') {
      const old = this.#seen.length > 0 ? chance.of(this.#seen) : particle;
      this.#hand(to, old);
    }
    return this.#wire.send(to, particle);
  }

  /** @param others Peer ids of everybody else. */
  attack({ attack, times, seed }: AttackAct, nowMs: number, honest: readonly string[]): void {
    const chance = new Chance(seed);
    for (let i = 0; i < times; i++) {
      const to = idOfMember(chance.of(honest));
      if (attack === 'flood') this.#hand(to, this.#flood(chance, nowMs, honest, i));
      if (attack === 'junk') this.#junk(chance, to);
      if (this.#seen.length === 0) continue;
      const seen = chance.of(this.#seen);
      if (attack === 'replay') this.#hand(to, seen);
      if (attack === 'bend') this.#hand(to, bent(chance, seen, this.name));
      if (attack === 'forge') this.#hand(to, forged(chance, seen, this.name));
    }
  }

  /** What cannot even be encoded fails here, before it is sent. */
  #hand(to: string, particle: Particle): void {
    this.#wire.send(to, particle).catch(() => undefined);
  }

  #flood(chance: Chance, timestamp: number, honest: readonly string[], i: number): Particle {
    const script = scriptOf(chance, [chance.of(honest), chance.of(honest)]);
    const ttl = 1000 + chance.below(60_000);
    return signParticle(signerOfMember(this.name), { id: `flood-${timestamp}-${i}`, timestamp, ttl, script });
  }

  /** Frames of others again, garbled or not, in any name; or a particle that is none. */
  #junk(chance: Chance, to: string): void {
    if (this.#bus === undefined || this.#frames.length === 0) {
      const nothing = { id: 'junk', signature: bytesOf(chance, 64), data: bytesOf(chance, 100) };
      this.#hand(to, nothing as unknown as Particle);
      return;
    }
    const frame = chance.of(this.#frames);
    const bytes = chance.is(0.4)
      ? frame.bytes
      : chance.is(0.5)
        ? flipped(chance, frame.bytes)
        : bytesOf(chance, 300);
    void this.#bus.publish(frame.from, chance.is(0.5) ? frame.to : to, bytes);
  }
}

function remember<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > SEEN_MAX) list.shift();
}

const bytesOf = (chance: Chance, count: number): Uint8Array =>
  Uint8Array.from({ length: count }, () => chance.below(256));

function flipped(chance: Chance, bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return bytesOf(chance, 1 + chance.below(JUNK_MAX));
  const changed = bytes.slice();
  for (let i = 0; i <= chance.below(4); i++) changed[chance.below(changed.length)] = chance.below(256);
  return changed;
}

/** Other data under the same header. */
function bent(chance: Chance, particle: Particle, by: string): Particle {
  const { data } = particle;
  if (data.length === 0 || chance.is(0.3)) return { ...particle, data: flipped(chance, data) };
  const forgery = forgeryOf(particle);
  if (forgery === undefined) return particle;
  const others = [...forgery.data.logs.keys()].map(memberOf).filter(isHonest);
  const victim = others.length > 0 ? chance.of(others) : undefined;
  const invented = forgery.addValue(`"invented by ${by}"`);
  switch (chance.below(6)) {
    case 0:
      return { ...particle, data: forgery.dropStates().bytes };
    case 1:
      return { ...particle, data: forgery.dropValues().bytes };
    case 2:
      if (victim !== undefined) forgery.dropLog(victim);
      break;
    case 3:
      if (victim !== undefined) forgery.editRecord(victim, { responseHash: invented });
      break;
    case 4:
      if (victim !== undefined) {
        const records = forgery
          .log(victim)
          .records.map(({ record }) => ({ ...record, responseHash: invented }));
        forgery.sign(victim, records, by);
      }
      break;
    default:
      if (victim !== undefined) forgery.attribute(forgery.log(victim), idOfMember(by));
  }
  return { ...particle, data: forgery.bytes };
}

/** A second history of its own: the same place, another result. */
function forked(particle: Particle, by: string): Particle {
  const forgery = particle.data.length > 0 ? forgeryOf(particle) : undefined;
  if (forgery === undefined || !forgery.data.logs.has(idOfMember(by))) return particle;
  const invented = forgery.addValue('"another answer"');
  const records = forgery
    .log(by)
    .records.map(({ record }) => sealedOf({ ...record, responseHash: invented }));
  return { ...particle, data: forgery.signSealed(by, records).bytes };
}

function forgeryOf({ data, signature }: Particle): Forgery | undefined {
  try {
    return new Forgery({ particleSignature: signature }, data);
  } catch {
    // It was bent before.
    return undefined;
  }
}

/** Another header over the same signature, or another’s name over its own. */
function forged(chance: Chance, particle: Particle, by: string): Particle {
  switch (chance.below(4)) {
    case 0:
      return { ...particle, script: `(seq (null) ${particle.script})` };
    case 1:
      return { ...particle, ttl: particle.ttl + 1 };
    case 2:
      return { ...particle, signature: bytesOf(chance, 64) };
    default: {
      const { id, timestamp, ttl, script, initPeerId, data } = particle;
      const own = signParticle(signerOfMember(by), { id, timestamp, ttl, script });
      return { ...own, initPeerId, data };
    }
  }
}
