import type { Origin } from '../../interpreter/index.ts';
import type { CallFacts } from '../call-context.ts';
import { ORIGIN_STEPS_MAX, ORIGINS_MAX } from '../limits.ts';
import type { OriginStep, Reason } from './denial.ts';
import { anyOf, assertRules } from './guard.ts';
import { asksFurther } from './further.ts';
import type { ArgumentOrigin, OriginRule } from './guard.ts';
import { furtherDown, ofOne } from './origin-rule.ts';
import { selectable, wrongSelector } from './selected-by.ts';
import type { Selectable } from './selected-by.ts';

/**
 * Says what a value may be computed from: the value itself, every argument of the call behind it, every argument of the calls
 * behind those, and so on down to the literals, must satisfy one of the rules. What the script put together, such as a canon or its
 * length, is checked part by part, and only the init peer may have selected those parts; `selectedBy` names others.
 *
 * Values are often used twice, so the walk treats the tree as a graph: it visits every record once, without
 * recursion. At most `ORIGINS_MAX` origins behind all arguments of one call are checked; more are denied.
 *
 * @param allowed What each origin may be, mostly `from(…, anyPart)` for calls and `literalOf(initPeer)` for leaves.
 * @throws {TypeError} If nothing is allowed.
 * @example derivedOnlyFrom(literalOf(initPeer), from(hostPeer, 'rates', 'convert', anyPart))
 * @example derivedOnlyFrom(literalOf(initPeer).selectedBy(TALLY)).selectedBy(TALLY) // TALLY may pick and count literals
 */
export function derivedOnlyFrom(...allowed: readonly OriginRule[]): Selectable<OriginRule> {
  assertRules(allowed, 'derivedOnlyFrom');
  const one: OriginRule = allowed.length === 1 ? (allowed[0] as OriginRule) : anyOf(...allowed);
  return selectable(selectors => {
    const rule: OriginRule = {
      check: (subject, call) =>
        ofOne(subject, undefined, origin =>
          origin.kind === 'composed'
            ? (emptiness(origin) ?? wrongSelector(origin, selectors, call))
            : one.check(subject, call),
        ),
    };
    return asksFurther({
      check: (subject: ArgumentOrigin, call: CallFacts) =>
        ofOne(subject, undefined, origin => search(origin, rule, call)),
    });
  });
}

/** How an origin was reached: by a step from the one above; without, it is the argument itself. */
interface Way {
  readonly step?: OriginStep;
  readonly above?: Way;
}

interface Visit extends Way {
  readonly origin: Origin;
  /** Read once from the origin, which computes the hash at each access. */
  readonly record: string | undefined;
}

/** Breadth first, so that a denial names the culprit that is nearest to the argument. */
function search(argument: Origin, rule: OriginRule, call: CallFacts): Reason | undefined {
  const progress = progressOf(call);
  const allowed = allowedBy(rule, progress);
  const seen = new Set<string>();
  const expanded = new Set<string>();
  const queue: Visit[] = [];
  const reach = (origin: Origin, way: Way): void => {
    const { kind, record } = origin;
    const visit = { origin, record, ...way };
    // What the script put together has no name by which it could be known again.
    const key = kind === 'composed' ? undefined : keyOf(origin, record);
    if (key === undefined) queue.push(visit);
    else if (!allowed.has(key) && !seen.has(key)) {
      seen.add(key);
      queue.push(visit);
    }
  };
  const reachAll = (
    origins: readonly Origin[],
    above: Visit,
    step: (index: number) => OriginStep,
  ): boolean => {
    progress.left -= origins.length;
    if (progress.left < 0) return false;
    for (const [index, origin] of origins.entries()) reach(origin, { step: step(index), above });
    return true;
  };

  reach(argument, {});
  for (const visit of queue) {
    const { origin, record } = visit;
    const { kind, tetraplet: of, parts } = origin;
    const reason = rule.check(furtherDown(origin), call);
    if (reason !== undefined) return { kind: 'derived', ...wayTo(visit), reason };
    if (kind === 'composed') {
      if (!reachAll(parts, visit, part => ({ part, of }))) return TOO_MANY;
      continue;
    }
    // Parts of one result share the arguments of its call.
    if (record === undefined || expanded.has(record)) continue;
    expanded.add(record);
    if (!reachAll(origin.arguments, visit, argument => ({ argument, of }))) return TOO_MANY;
  }
  for (const key of seen) allowed.add(key);
  return undefined;
}

/** A script may combine allowed values. A combination of no values has no origin, so it is denied. */
const emptiness = ({ parts }: Origin): Reason | undefined =>
  parts.length === 0 ? { kind: 'no-origin' } : undefined;

const TOO_MANY: Reason = { kind: 'too-many-origins', max: ORIGINS_MAX };

/** Two origins with one key are one: a record has one place in the run, and the arguments of that place. Selectors differ by use. */
function keyOf({ kind, tetraplet, selectors }: Origin, record: string | undefined): string {
  const { peerId, serviceId, functionName, getter } = tetraplet;
  return JSON.stringify([kind, record ?? null, peerId, serviceId, functionName, getter, selectors]);
}

function wayTo(visit: Way): { steps: OriginStep[]; skipped: number } {
  const steps: OriginStep[] = [];
  let skipped = 0;
  for (let at: Way | undefined = visit; at?.step !== undefined; at = at.above) {
    if (steps.length < ORIGIN_STEPS_MAX) steps.unshift(at.step);
    else skipped += 1;
  }
  return { steps, skipped };
}

/** Visited origins and the remaining budget while one call is decided: all its guards share it. */
interface Progress {
  left: number;
  /** By rule: origins below which everything is allowed. */
  readonly allowed: Map<OriginRule, Set<string>>;
}

const PROGRESS = new WeakMap<CallFacts, Progress>();

function progressOf(call: CallFacts): Progress {
  const known = PROGRESS.get(call) ?? { left: ORIGINS_MAX, allowed: new Map() };
  PROGRESS.set(call, known);
  return known;
}

function allowedBy(rule: OriginRule, { allowed }: Progress): Set<string> {
  const known = allowed.get(rule) ?? new Set();
  allowed.set(rule, known);
  return known;
}
