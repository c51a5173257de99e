import type { Chance } from '../chance.ts';
import type { WireSite } from '../wire.ts';
import { targetsIn, type Scene } from './scene.ts';

const INSTRUCTIONS = [0, 1, 2, 3, 7, 1000, 2 ** 32, Number.MAX_SAFE_INTEGER];

/** A site of the particle, or of none. */
export function anySite(scene: Scene): WireSite {
  const { chance, wire } = scene;
  const known = [
    ...wire.states.map(({ site }) => site),
    ...targetsIn(wire.logs).map(({ record }) => record.site),
  ];
  const site = chance.some(known);
  if (site !== undefined && chance.is(0.6)) return copy(site);
  return { instruction: chance.of(INSTRUCTIONS), steps: chance.is(0.5) ? [] : steps(chance) };
}

/** The same instruction, reached in another way. */
export function otherWay(chance: Chance, site: WireSite): WireSite {
  const changed = copy(site);
  const [edit, at] = [chance.below(5), chance.below(site.steps.length + 1)];
  if (edit === 0) changed.steps = steps(chance);
  else if (edit === 1) changed.steps.splice(at, 2);
  else if (edit === 2) changed.steps.push(...steps(chance));
  else if (edit === 3 && at < site.steps.length) changed.steps[at] = item(chance);
  else changed.steps.reverse();
  return changed;
}

/** Folds and items; seldom a fold without its item, more seldom very many. */
function steps(chance: Chance): (number | Uint8Array)[] {
  const depth = chance.is(0.02) ? chance.of([999, 1000, 1001]) : 1 + chance.below(3);
  const all = Array.from({ length: depth }, () => [chance.below(6), item(chance)]).flat();
  return chance.is(0.1) ? all.slice(1) : all;
}

const item = (chance: Chance): number | Uint8Array =>
  chance.is(0.3) ? chance.bytes(32) : chance.is(0.05) ? chance.bytes(31) : chance.of([0, 1, 2, 99, 2 ** 40]);

const copy = ({ instruction, steps }: WireSite): WireSite => ({ instruction, steps: [...steps] });
