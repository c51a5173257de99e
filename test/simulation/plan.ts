import { Chance } from './chance.ts';
import { HONEST, MALICIOUS } from './members.ts';
import { scriptOf } from './work.ts';

/** What malicious peers do to what they send. */
export const HABITS = ['honest', 'withholds', 'bends', 'replays', 'forks'] as const;
export type Habit = (typeof HABITS)[number];

const ATTACKS = ['forge', 'replay', 'bend', 'flood', 'junk'] as const;
export type Attack = (typeof ATTACKS)[number];

/** One thing that happens, `atMs` after the start. Each act is independent of the others, so that a plan shrinks by leaving acts out. */
export type Act = { readonly atMs: number } & (
  | { readonly kind: 'start'; readonly peer: string; readonly script: string }
  | { readonly kind: 'crash'; readonly peer: string; readonly awayMs: number }
  | { readonly kind: 'stop'; readonly peer: string; readonly awayMs: number; readonly graceMs: number }
  | {
      readonly kind: 'weather';
      readonly latencyMs: readonly [number, number];
      readonly loss: number;
      readonly duplication: number;
      readonly forMs: number;
    }
  | { readonly kind: 'cut'; readonly side: readonly string[]; readonly forMs: number }
  | { readonly kind: 'disk'; readonly peer: string; readonly seed: number; readonly forMs: number }
  | { readonly kind: 'clock'; readonly peer: string; readonly byMs: number; readonly forMs: number }
  | {
      readonly kind: 'attack';
      readonly peer: string;
      readonly attack: Attack;
      readonly times: number;
      readonly seed: number;
    }
);

/** A network and all that happens to it: data only, a function of the seed. */
export interface Plan {
  readonly seed: number;
  readonly honest: readonly string[];
  readonly malicious: readonly { readonly name: string; readonly habit: Habit }[];
  /** `bus`: bytes in signed envelopes over a bus that malicious peers read and write. `network`: particles as they are. */
  readonly medium: 'network' | 'bus';
  /** How far each clock is off all the time, milliseconds. */
  readonly skewsMs: Readonly<Record<string, number>>;
  readonly acts: readonly Act[];
}

/** Everything begins within this time. */
const TROUBLE_MS = 12_000;
/** By then every partition is healed, every peer is back, every clock and disk is well. */
export const HEALED_MS = TROUBLE_MS + 4000;
/** Lives of particles: long enough to end after the healing, whatever they waited for. */
export const TTL_MS = 120_000;
/** A clock that is so far ahead ends every particle. */
export const FAR_MS = TTL_MS + 30_000;

export function planOf(seed: number): Plan {
  const chance = new Chance(seed);
  const size = 3 + chance.below(5);
  const evil = chance.is(0.5) ? 0 : size > 4 && chance.is(0.3) ? 2 : 1;
  const honest = HONEST.slice(0, size - evil);
  const malicious = MALICIOUS.slice(0, evil).map(name => ({ name, habit: chance.of(HABITS) }));
  const skewsMs = Object.fromEntries(honest.map(name => [name, (chance.below(3) - 1) * chance.below(5000)]));
  const isFar = chance.is(0.1);
  const all = [...honest, ...malicious.map(({ name }) => name)];
  const acts: Act[] = [];
  const at = (): number => chance.below(TROUBLE_MS);
  for (let i = 3 + chance.below(6); i > 0; i--) {
    const script = scriptOf(chance, chance.is(0.75) ? honest : all);
    acts.push({ atMs: at(), kind: 'start', peer: chance.of(honest), script });
  }
  for (let i = chance.below(9); i > 0; i--) acts.push(troubleOf(chance, at(), honest, all, isFar));
  for (const { name } of malicious) {
    for (let i = 1 + chance.below(4); i > 0; i--) {
      const times = 1 + chance.below(chance.is(0.2) ? 80 : 8);
      const attack = chance.of(ATTACKS);
      acts.push({ atMs: at(), kind: 'attack', peer: name, attack, times, seed: chance.below(2 ** 31) });
    }
  }
  acts.sort((a, b) => a.atMs - b.atMs);
  return { seed, honest, malicious, medium: chance.is(0.5) ? 'bus' : 'network', skewsMs, acts };
}

function troubleOf(
  chance: Chance,
  atMs: number,
  honest: readonly string[],
  all: readonly string[],
  isFar: boolean,
): Act {
  const peer = chance.of(honest);
  const forMs = 500 + chance.below(3000);
  switch (chance.of(['crash', 'crash', 'crash', 'stop', 'weather', 'cut', 'disk', 'clock'] as const)) {
    case 'crash':
      return { atMs, kind: 'crash', peer, awayMs: chance.below(1500) };
    case 'stop':
      return { atMs, kind: 'stop', peer, awayMs: chance.below(1500), graceMs: chance.below(500) };
    case 'weather':
      return {
        atMs,
        kind: 'weather',
        latencyMs: [1, 1 + chance.below(400)],
        loss: 0.3,
        duplication: 0.3,
        forMs,
      };
    case 'cut':
      return { atMs, kind: 'cut', side: chance.some(all), forMs };
    case 'disk':
      return { atMs, kind: 'disk', peer, seed: chance.below(2 ** 31), forMs };
    case 'clock':
      return { atMs, kind: 'clock', peer, byMs: isFar ? FAR_MS : (chance.below(3) - 1) * 10_000, forMs };
  }
}
