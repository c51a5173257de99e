import { canonicalJson, fromJsonValue } from '../../interpreter/index.ts';
import type { JsonValue } from '../../interpreter/index.ts';
import type { ServiceLookup } from '../registry.ts';
import { misfit } from './policy-set.ts';
import type { ArgumentCondition, PolicyFile, PolicyRule } from './policy-file.ts';

/** Something in a well-formed policy that is probably a mistake. */
export interface PolicyWarning {
  /** Id of the rule. */
  readonly rule: string;
  /**
   * `off`: it does nothing. `unknown`: it names what no service has. `no-call`: together with `other` (or alone) it lets no call pass.
   * `repeated`: `other` says the same.
   */
  readonly kind: 'off' | 'unknown' | 'no-call' | 'repeated';
  readonly other?: string;
  /** One line for people. */
  readonly text: string;
}

/** What is known of a network: without it, names of services are taken as they are. */
export interface KnownServices {
  /** Services on which the policy decides: of the peer that loads it. */
  readonly here: ServiceLookup;
  /** Services of a peer, by peer id; `undefined` for peers that are not known. */
  of(peerId: string): ServiceLookup | undefined;
}

/**
 * Finds rules that can never match, and rules that let no call pass. Finds what the policy itself shows: that a literal cannot be an answer,
 * that two rules ask for different peers. It does not find everything.
 *
 * @example checkPolicy(parsePolicy(data)).map(({ text }) => text)
 */
export function checkPolicy(file: PolicyFile, known?: KnownServices): PolicyWarning[] {
  const warnings: PolicyWarning[] = [];
  const active: PolicyRule[] = [];
  for (const rule of file.rules) {
    const mode = rule.mode ?? file.mode ?? 'enforce';
    const { id } = rule;
    if (mode === 'off') {
      warnings.push({ rule: id, kind: 'off', text: `rule \`${id}\` is off: it does nothing` });
      continue;
    }
    const unknown = known && unknownOf(rule, known);
    if (unknown !== undefined)
      warnings.push({ rule: id, kind: 'unknown', text: `rule \`${id}\` can never match: ${unknown}` });
    const alone = conflict(rule, undefined);
    if (alone !== undefined)
      warnings.push({ rule: id, kind: 'no-call', text: `rule \`${id}\` lets no call pass: ${alone}` });
    for (const other of active) {
      if (!overlap(rule, other)) continue;
      if (sameConditions(rule, other)) {
        const text = `rule \`${id}\` repeats \`${other.id}\``;
        warnings.push({ rule: id, kind: 'repeated', other: other.id, text });
        continue;
      }
      const both = alone === undefined ? conflict(rule, other) : undefined;
      if (both === undefined) continue;
      const text = `rules \`${other.id}\` and \`${id}\` together let no call pass: ${both}`;
      warnings.push({ rule: id, kind: 'no-call', other: other.id, text });
    }
    active.push(rule);
  }
  return warnings;
}

const names = ({ functions = '*' }: PolicyRule): readonly string[] | '*' => functions;

/** Whether two rules cover a function in common. */
function overlap(a: PolicyRule, b: PolicyRule): boolean {
  if (a.service !== b.service && a.service !== '*' && b.service !== '*') return false;
  const [left, right] = [names(a), names(b)];
  return left === '*' || right === '*' || left.some(name => right.includes(name));
}

/** Keys that are not conditions. */
const DESCRIPTIVE = new Set(['id', 'because', 'note', 'mode']);

function sameConditions(a: PolicyRule, b: PolicyRule): boolean {
  const [left, right] = [a, b].map(rule =>
    canonicalJson(
      fromJsonValue(
        Object.fromEntries(Object.entries(rule).filter(([key]) => !DESCRIPTIVE.has(key))),
        'rule',
      ),
    ),
  );
  return left === right;
}

/** Why no call can satisfy a rule, or two. */
function conflict(rule: PolicyRule, other: PolicyRule | undefined): string | undefined {
  const callers = [rule, other].flatMap(one => (one?.initPeers === undefined ? [] : [one.initPeers]));
  const [first, second] = callers;
  // `host` and `init` depend on the call.
  const isFixed = callers.every(list => list.every(peer => peer !== 'init' && peer !== 'host'));
  if (first !== undefined && second !== undefined && isFixed && !first.some(peer => second.includes(peer)))
    return 'they name different init peers';
  const left = rule.arguments ?? {};
  const right = other?.arguments ?? {};
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const both = [left[name], right[name]].filter(condition => condition !== undefined);
    if (other !== undefined && both.length < 2) continue;
    const allowed = intersection(both.map(allowedBy));
    if (allowed !== undefined && allowed.size === 0)
      return `argument \`${name}\` cannot be all that they demand`;
  }
  return undefined;
}

/** What an argument may be, as comparable texts; `undefined`: cannot be said. */
type Allowed = ReadonlySet<string> | undefined;

const ANY_LITERAL = 'literal';
const CANON = 'canon';

function allowedBy(condition: ArgumentCondition): Allowed {
  if ('anyOf' in condition) {
    const parts = condition.anyOf.map(allowedBy);
    return parts.includes(undefined) ? undefined : new Set(parts.flatMap(part => [...(part ?? [])]));
  }
  if ('allOf' in condition) return intersection(condition.allOf.map(allowedBy));
  if ('each' in condition) return new Set([CANON]);
  if ('from' in condition) {
    const { peer, service, function: fn, getter = '', anyPart } = condition.from;
    return anyPart === true ? undefined : new Set([`from ${JSON.stringify([peer, service, fn, getter])}`]);
  }
  if (!('literal' in condition)) return undefined;
  if (condition.literal === true) return new Set([ANY_LITERAL]);
  const texts = condition.literal.map(value => canonicalJson(fromJsonValue(value as JsonValue, 'literal')));
  return new Set(texts.map(text => `${ANY_LITERAL} ${text}`));
}

function intersection(all: readonly Allowed[]): Allowed {
  const sets = all.filter(set => set !== undefined);
  const [first, ...rest] = sets;
  if (first === undefined) return undefined;
  return rest.reduce<ReadonlySet<string>>((left, right) => {
    const has = (set: ReadonlySet<string>, item: string): boolean =>
      set.has(item) || (item.startsWith(`${ANY_LITERAL} `) && set.has(ANY_LITERAL));
    // `host` and `init` may be the peer that the other names.
    const isPeerOpen = (item: string): boolean => /^from \["(host|init)"/.test(item);
    if ([...left, ...right].some(isPeerOpen))
      return left.size > 0 && right.size > 0 ? openly(left, right) : new Set();
    return new Set(
      [...left].filter(item => has(right, item)).concat([...right].filter(item => has(left, item))),
    );
  }, first);
}

/** As {@link intersection}, of origins of which the peer may be any: the other parts must be equal. */
function openly(left: ReadonlySet<string>, right: ReadonlySet<string>): ReadonlySet<string> {
  const rest = (item: string): string => item.replace(/^from \["[^"]*",/, 'from [');
  const known = new Set([...right].map(rest));
  return new Set([...left].filter(item => known.has(rest(item))));
}

function unknownOf(rule: PolicyRule, { here, of }: KnownServices): string | undefined {
  if (rule.service !== '*' && here.find(rule.service) === undefined)
    return `the peer has no service \`${rule.service}\``;
  const wrong = misfit(rule, here);
  if (wrong !== undefined) return wrong.why;
  for (const condition of Object.values(rule.arguments ?? {})) {
    const found = unknownOrigin(condition, here, of);
    if (found !== undefined) return found;
  }
  return undefined;
}

function unknownOrigin(
  condition: ArgumentCondition,
  here: ServiceLookup,
  of: KnownServices['of'],
): string | undefined {
  if ('each' in condition) return unknownOrigin(condition.each, here, of);
  if ('allOf' in condition) return first(condition.allOf, part => unknownOrigin(part, here, of));
  if (!('from' in condition)) return undefined;
  const { peer, service, function: fn, whose = {} } = condition.from;
  const services = peer === 'host' ? here : peer === 'init' ? undefined : of(peer);
  if (services !== undefined && services.find(service)?.definition.functions.has(fn) !== true)
    return `peer \`${peer}\` has no function \`${service}.${fn}\``;
  return first(Object.values(whose), part => unknownOrigin(part, here, of));
}

function first<T, R>(all: readonly T[], find: (one: T) => R | undefined): R | undefined {
  for (const one of all) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}
