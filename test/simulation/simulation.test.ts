import { describe, expect, it } from 'vitest';
import type { Invariant } from './invariants.ts';
import { play, type Played } from './network.ts';
import { HONEST, idOfMember } from './members.ts';
import { planOf, type Plan } from './plan.ts';
import type { PlantedFault } from './planted.ts';
import { failureText } from './report.ts';

// `npm run sim -- --seed 7 --networks 300` plays 300 networks from seed 7; `--long` plays 10 000.
const isLong = process.env['BERYL_LONG'] !== undefined;
const SEED = Number(process.env['BERYL_SEED'] ?? 1);
const NETWORKS = Number(process.env['BERYL_COUNT'] ?? (isLong ? 10_000 : 60));
/** More failures than this say no more. */
const FAILURES_MAX = 3;
/** Loose, for a loaded machine; one network takes some 0.15 s of processor time. */
const NETWORK_MS = 2500;

describe('simulated networks', () => {
  it(
    `converge, lose nothing, do nothing twice, convict nobody and hold little: ${NETWORKS} from seed ${SEED}`,
    async () => {
      const sum = { networks: 0, particles: 0, events: 0, crashes: 0, stops: 0, refusals: 0 };
      const failures: string[] = [];
      for (let seed = SEED; seed < SEED + NETWORKS && failures.length < FAILURES_MAX; seed++) {
        const played = await play(planOf(seed));
        add(sum, played);
        if (played.violations.length > 0) failures.push(await failureText(planOf(seed)));
      }
      console.log(`simulation: ${JSON.stringify(sum)}`);
      expect(failures.join('\n\n')).toBe('');
    },
    60_000 + NETWORKS * NETWORK_MS,
  );

  it('run(seed) = run(seed), event by event; run(seed) ≠ run(another seed)', async () => {
    const digests = new Set<string>();
    for (let seed = 1; seed <= 8; seed++) {
      const [one, another] = [await play(planOf(seed)), await play(planOf(seed), { isTold: true })];
      expect(another.digest, `seed ${seed}`).toBe(one.digest);
      expect(one.events).toBeGreaterThan(20);
      digests.add(one.digest);
    }
    expect(digests.size).toBe(8);
  });

  it('seeds bring every kind of trouble, attack, habit and medium', () => {
    const met = new Set<string>();
    for (let seed = 1; seed <= 200; seed++) {
      const { acts, malicious, medium, honest } = planOf(seed);
      met.add(medium).add(`${honest.length + malicious.length} peers`);
      for (const { habit } of malicious) met.add(habit);
      for (const act of acts) met.add(act.kind === 'attack' ? act.attack : act.kind);
    }
    const wanted = `network bus start crash stop weather cut disk clock forge replay bend flood junk
      honest withholds bends replays forks`.split(/\s+/);
    const sizes = [3, 4, 5, 6, 7].map(size => `${size} peers`);
    expect([...met].sort()).toEqual([...wanted, ...sizes].sort());
  });
});

/** What each planted fault breaks. */
const PLANTED: readonly (readonly [PlantedFault, Invariant])[] = [
  ['a partition never heals', 'convergence'],
  ['a store loses acknowledged writes', 'nothing lost'],
  ['a peer repeats effects', 'nothing twice'],
  ['a liar passes for honest', 'no conviction'],
  ['a store never deletes', 'bounded memory'],
  ['a promise rejects unheard', 'no loose end'],
];

/** Scripts over three peers, a partition, and a malicious peer that signs two histories. */
function plain(): Plan {
  const script = (...names: string[]): string => {
    const calls = names.map((name, n) => `(call "${idOfMember(name)}" ("work" "do") [${n} "quick"])`);
    const all = calls.reduceRight((rest, call) => `(seq ${call} ${rest})`, '(null)');
    return `(seq ${all} (call %init_peer_id% ("callbackSrv" "response") []))`;
  };
  const honest = script('alice', 'bob', 'carol');
  const shared = script('alice', 'mallory', 'bob', 'mallory', 'carol', 'bob');
  const starts = [honest, shared].flatMap(text =>
    [0, 1, 2, 3].map(i => ({ atMs: 200 * i, kind: 'start' as const, peer: 'bob', script: text })),
  );
  return {
    seed: 1,
    honest: HONEST.slice(0, 3),
    malicious: [{ name: 'mallory', habit: 'forks' }],
    medium: 'network',
    skewsMs: {},
    acts: [
      ...starts,
      { atMs: 2000, kind: 'crash', peer: 'carol', awayMs: 500 },
      { atMs: 300, kind: 'cut', side: ['alice'], forMs: 1000 },
    ],
  };
}

describe('the invariants find a planted fault', () => {
  it.each(PLANTED)('%s: %s', async (planted, invariant) => {
    expect((await play(plain())).violations).toEqual([]);
    const { violations } = await play(plain(), { planted });
    expect(violations.map(found => found.invariant)).toContain(invariant);
  });

  it('a failure names its seed, the few acts that do it, and what happened', async () => {
    const text = await failureText(plain(), { planted: 'a peer repeats effects' });
    expect(text).toMatch(
      /^seed 1 fails: npm run sim -- --seed 1 --networks 1\n {2}nothing twice: alice: \S{8} 0 was done under two keys/,
    );
    expect(text).toContain('with 1 of 10 acts');
    expect(text).toMatch(/alice +effect \S{8} 0\n/);
    expect(text).not.toContain('mallory: ');
  });
});

function add<Sum extends Record<string, number>>(sum: Sum, played: Played): void {
  for (const name of Object.keys(sum) as (keyof Sum & string)[])
    (sum as Record<string, number>)[name] =
      (sum[name] ?? 0) + (name === 'networks' ? 1 : Number(played[name as keyof Played]));
}
