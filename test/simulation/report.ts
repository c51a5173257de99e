import { play, type PlayOptions } from './network.ts';
import type { Plan } from './plan.ts';
import { shrunk } from './shrink.ts';
import { withMembers } from './members.ts';

/** Why a network fails: its seed, the fewest acts that do it, and what then happened to the particles concerned. */
export async function failureText(plan: Plan, options: PlayOptions = {}): Promise<string> {
  const first = (await play(plan, options)).violations[0]?.invariant;
  const small = await shrunk(plan, async smaller =>
    (await play(smaller, options)).violations.some(({ invariant }) => invariant === first),
  );
  const { violations, history } = await play(small, { ...options, isTold: true });
  const about = violations.flatMap(({ particles = [] }) => particles);
  const { seed, medium, malicious, skewsMs } = small;
  return [
    `seed ${seed} fails: npm run sim -- --seed ${seed} --networks 1`,
    ...violations.map(({ invariant, text }) => `  ${invariant}: ${text}`),
    `with ${small.acts.length} of ${plan.acts.length} acts, over a ${medium}; malicious: ${JSON.stringify(malicious)}; clocks: ${JSON.stringify(skewsMs)}`,
    ...small.acts.map(({ atMs, ...act }) => `  at ${atMs} ms: ${withMembers(JSON.stringify(act))}`),
    'what happened (ms, who, what):',
    ...history.about(about).map(line => `  ${line}`),
  ].join('\n');
}
