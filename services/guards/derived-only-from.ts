import type { Origin, Tetraplet } from '../../interpreter/index.ts';
import type { CallFacts } from '../call-context.ts';
import { ORIGIN_STEPS_MAX, ORIGINS_MAX } from '../limits.ts';
import type { OriginStep, Reason } from './denial.ts';
import { anyOf, assertRules } from './guard.ts';
import type { OriginRule } from './guard.ts';
import { furtherDown } from './origin-rule.ts';

/**
 * Says what a value may be computed from: the value itself, every argument of the call behind it, every argument of the calls
 * behind those, and so on down to the literals, must satisfy one of the rules. Elements of whole canons are asked one by one.
 *
 * Values are often used twice, so the tree is looked at as the graph that it is: every record once, whatever leads to it, without
 * recursion. Behind all arguments of one call at most `ORIGINS_MAX` origins are looked at; more are denied.
 *
 * @param allowed What each origin may be, mostly `from(…, anyPart)` for calls and `literalOf(initPeer)` for leaves.
 * @throws {TypeError} If nothing is allowed.
 * @example derivedOnlyFrom(literalOf(initPeer), from(hostPeer, 'rates', 'convert', anyPart))
 */
export function derivedOnlyFrom(...allowed: readonly OriginRule[]): OriginRule {
  assertRules(allowed, 'derivedOnlyFrom');
  const rule: OriginRule = allowed.length === 1 ? (allowed[0] as OriginRule) : anyOf(...allowed);
  return {
    check({ origins }, call) {
      if (origins.length === 0) return { kind: 'no-origin' };
      return search(origins, rule, call);
    },
  };
}

/** How an origin was reached: by a step from the one above; without, it is the argument itself. */
interface Way {
  readonly step?: OriginStep;
  readonly above?: Way;
}

interface Visit extends Way {
  readonly origin: Origin;
  /** Of the origin, which hashes it anew whenever it is asked. */
  readonly record: string | undefined;
}

/** Breadth first, so that a denial names the culprit that is nearest to the argument. */
function search(origins: readonly Origin[], rule: OriginRule, call: CallFacts): Reason | undefined {
  const progress = progressOf(call);
  const allowed = allowedBy(rule, progress);
  const seen = new Set<string>();
  const expanded = new Set<string>();
  const queue: Visit[] = [];
  const reach = (reached: readonly Origin[], way?: Way): boolean => {
    progress.left -= reached.length;
    if (progress.left < 0) return false;
    for (const origin of reached) {
      const { record } = origin;
      const key = keyOf(origin.tetraplet, record);
      if (allowed.has(key) || seen.has(key)) continue;
      seen.add(key);
      queue.push({ origin, record, ...way });
    }
    return true;
  };

  if (!reach(origins)) return TOO_MANY;
  for (const visit of queue) {
    const { origin, record } = visit;
    const { tetraplet } = origin;
    const reason = rule.check(furtherDown([origin]), call);
    if (reason !== undefined) return { kind: 'derived', ...wayTo(visit), reason };
    if (record === undefined) {
      if (origin.arguments.length > 0)
        return { kind: 'derived', ...wayTo(visit), reason: { kind: 'no-record', found: tetraplet } };
      continue;
    }
    // Parts of one result share the arguments of its call.
    if (expanded.has(record)) continue;
    expanded.add(record);
    for (const [argument, given] of origin.arguments.entries()) {
      const step = { argument, of: tetraplet };
      if (given.length === 0) {
        return { kind: 'derived', ...wayTo({ step, above: visit }), reason: { kind: 'no-origin' } };
      }
      if (!reach(given, { step, above: visit })) return TOO_MANY;
    }
  }
  for (const key of seen) allowed.add(key);
  return undefined;
}

const TOO_MANY: Reason = { kind: 'too-many-origins', max: ORIGINS_MAX };

/** Two origins with one key are one: a record has one place in the run, and the arguments of that place. */
function keyOf({ peerId, serviceId, functionName, getter }: Tetraplet, record: string | undefined): string {
  return JSON.stringify([record ?? null, peerId, serviceId, functionName, getter]);
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

/** What is known, and what may still be looked at, while one call is decided: all its guards share it. */
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
