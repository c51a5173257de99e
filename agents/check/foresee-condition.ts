import {
  predicts,
  type ArgumentOrigins,
  type StaticName,
  type StaticOrigin,
} from '../../air-grammar/index.ts';
import { canonicalJson, fromJsonValue, type JsonValue } from '../../interpreter/index.ts';
import type { ArgumentCondition, OriginCondition } from '../../services/index.ts';
import { ORIGINS_FOLLOWED_MAX } from '../limits.ts';

/**
 * Whether a condition of a policy holds, whatever the services answer. `fails`: there is a way in which the argument can come about that the
 * condition refuses. `open`: only a run shows it.
 */
export type Foreseen = 'holds' | 'fails' | 'open';

/** What is known of the script around an argument. */
export interface ScriptFacts {
  /** The agent's own peer: host of all calls, and init peer. */
  readonly peerId: string;
  /** Where the arguments of a call come from, by the index of its instruction. */
  argumentsOf(call: number): readonly ArgumentOrigins[] | undefined;
}

/** An argument, or something further down, as a condition is asked about it. */
export interface ForeseenSubject {
  readonly origin: StaticOrigin;
  /** The value, as canonical JSON, if the script writes it there. */
  readonly literalJson?: string | undefined;
}

/**
 * Asks a condition about one way in which an argument can come about. Mirrors what the condition's guard does in a run, and says `open`
 * wherever it is not certain.
 */
export function foreseeCondition(
  condition: ArgumentCondition,
  subject: ForeseenSubject,
  facts: ScriptFacts,
): Foreseen {
  if ('anyOf' in condition) return anyOf(condition.anyOf.map(one => foreseeCondition(one, subject, facts)));
  if ('allOf' in condition) return allOf(condition.allOf.map(one => foreseeCondition(one, subject, facts)));
  const { origin, literalJson } = subject;
  if (origin.kind === 'any') return 'open';
  if ('value' in condition) return valueIn(condition.value as readonly JsonValue[], literalJson);
  if ('each' in condition) return eachHolds(condition.each, origin, facts);
  if ('literal' in condition) {
    if (origin.kind !== 'literal') return 'fails';
    // A literal that the script takes through a canon may have been selected by others.
    if (condition.literal === true) return condition.selectedBy === undefined ? 'holds' : 'open';
    return valueIn(condition.literal as readonly JsonValue[], literalJson);
  }
  if ('derivedOnlyFrom' in condition) return derived(condition.derivedOnlyFrom, origin, facts);
  if ('from' in condition) return comesFrom(condition.from, origin, facts);
  return 'open';
}

const valueIn = (values: readonly JsonValue[], found: string | undefined): Foreseen =>
  found === undefined
    ? 'open'
    : values.some(value => canonicalJson(fromJsonValue(value, 'value')) === found)
      ? 'holds'
      : 'fails';

type FromCondition = Extract<OriginCondition, { from: unknown }>['from'];

function comesFrom(expected: FromCondition, origin: StaticOrigin, facts: ScriptFacts): Foreseen {
  if (origin.kind !== 'service') return 'fails';
  const { peer, service, function: functionName, getter = '', anyPart, whose = {} } = expected;
  const peerId = peer === 'host' || peer === 'init' ? facts.peerId : peer;
  // A getter with wildcards predicts the expected one, or not: in the first case only a run shows which it is.
  const part = anyPart === true ? undefined : getter;
  const seen = { kind: 'service', peerId, serviceId: service, functionName };
  const { kind, call, parts, peer: by, service: of, functionName: fn } = origin;
  const asked = part === undefined ? '' : origin.getter;
  const possible = { kind, call, parts, peer: by, service: of, functionName: fn, getter: asked };
  const isPossible = predicts(possible, { ...seen, getter: part ?? '' }, facts.peerId);
  if (!isPossible) return 'fails';
  const isFixed =
    [origin.peer, origin.service, origin.functionName].every(isKnown) &&
    (part === undefined || !origin.getter.includes('*'));
  const below = Object.entries(whose).map(([index, condition]) =>
    argumentHolds(condition, origin, Number(index), facts),
  );
  return allOf([isFixed ? 'holds' : 'open', ...below]);
}

const isKnown = ({ kind }: StaticName): boolean => kind === 'text' || kind === 'initPeer';

/** Of an argument of the call behind an origin. */
function argumentHolds(
  condition: OriginCondition,
  { call }: StaticOrigin,
  index: number,
  facts: ScriptFacts,
): Foreseen {
  const args = call === undefined ? undefined : facts.argumentsOf(call);
  if (args === undefined) return 'open';
  const argument = args[index];
  return argument === undefined
    ? 'fails'
    : allOf(waysOf(argument).map(origin => foreseeCondition(condition, { origin }, facts)));
}

/** The ways in which an argument can come about. A whole canon is one value, put together from its elements. */
export function waysOf({ origins, isWhole }: ArgumentOrigins): readonly StaticOrigin[] {
  if (!isWhole) return origins;
  const none: StaticName = { kind: 'text', text: '' };
  return [
    {
      kind: 'composed',
      peer: { kind: 'initPeer' },
      service: none,
      functionName: none,
      getter: WHOLE,
      call: undefined,
      parts: origins,
    },
  ];
}

/** Marks a whole canon: of other composed values nothing can be said element by element. */
const WHOLE = '(whole)';

function eachHolds(
  condition: ArgumentCondition,
  { kind, getter, parts }: StaticOrigin,
  facts: ScriptFacts,
): Foreseen {
  if (kind !== 'composed' || getter !== WHOLE || parts.length === 0)
    return kind === 'composed' ? 'open' : 'fails';
  return allOf(parts.map(origin => foreseeCondition(condition, { origin }, facts)));
}

/** Everything behind the value, as the guard `derivedOnlyFrom` walks it. */
function derived(rules: readonly OriginCondition[], argument: StaticOrigin, facts: ScriptFacts): Foreseen {
  const seen = new Set<StaticOrigin>([argument]);
  let verdict: Foreseen = 'holds';
  for (const origin of seen) {
    if (seen.size > ORIGINS_FOLLOWED_MAX || origin.kind === 'any') return 'open';
    if (origin.kind === 'composed') {
      if (origin.parts.length === 0) verdict = 'open';
      for (const part of origin.parts) seen.add(part);
      continue;
    }
    const answer = anyOf(rules.map(rule => foreseeCondition(rule, { origin }, facts)));
    if (answer === 'fails') return 'fails';
    const behind = origin.call === undefined ? undefined : facts.argumentsOf(origin.call);
    if (answer === 'open' || (origin.kind === 'service' && behind === undefined)) verdict = 'open';
    for (const way of (behind ?? []).flatMap(waysOf)) seen.add(way);
  }
  return verdict;
}

const anyOf = (answers: readonly Foreseen[]): Foreseen =>
  answers.includes('holds') ? 'holds' : answers.every(answer => answer === 'fails') ? 'fails' : 'open';

const allOf = (answers: readonly Foreseen[]): Foreseen =>
  answers.includes('fails') ? 'fails' : answers.every(answer => answer === 'holds') ? 'holds' : 'open';
