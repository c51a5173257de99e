import { canonicalJson, fromJsonValue, sha256Hex } from '../../interpreter/index.ts';
import type { CallFacts } from '../call-context.ts';
import type { GuardMode } from '../guard-mode.ts';
import { closed } from '../guards/closed.ts';
import type { Reason, RuleDenial } from '../guards/denial.ts';
import type { Guard, GuardedArgument } from '../guards/guard.ts';
import { resolvePeer } from '../guards/peer-ref.ts';
import type { PeerRef } from '../guards/peer-ref.ts';
import { RateLimiter } from '../rate.ts';
import type { Rate } from '../rate.ts';
import { guardFor, peerRef } from './conditions.ts';
import { parsePolicy } from './policy-file.ts';
import type { PolicyFile, PolicyRule } from './policy-file.ts';

/** A call as a policy sees it. */
export interface PolicyCall {
  readonly facts: CallFacts;
  readonly arguments: ReadonlyMap<string, GuardedArgument>;
  /** A service that exists for this particle alone: `otherwise` does not count for it. */
  readonly isOwn?: boolean;
}

/** What a policy says of one call. */
export interface PolicyVerdict {
  /** Ids of the rules that cover the call, in the order of the file; none in mode `off`. */
  readonly rules: readonly string[];
  /** Of rules that deny. */
  readonly denied: readonly RuleDenial[];
  /** Of rules in mode `monitor` that would deny. */
  readonly noted: readonly RuleDenial[];
  /** Milliseconds after which the call would pass, if a rate alone denies it. */
  readonly retryAfterMs: number | undefined;
}

/** A policy, ready to decide. Made by {@link compilePolicy}. */
export interface Policy {
  /** SHA-256 (hex) of the canonical JSON of the file: names this rule set in decisions. */
  readonly hash: string;
  readonly file: PolicyFile;
  /** Rules that cover a function, in the order of the file. */
  rulesFor(serviceId: string, functionName: string): readonly PolicyRule[];
  /** Decides. Takes nothing from rates; {@link Policy.count} does. */
  check(call: PolicyCall): PolicyVerdict;
  /** Counts a call that has passed everything else. */
  count(call: PolicyCall): void;
}

/**
 * Makes a policy ready to decide.
 *
 * @param data What stands in the file.
 * @throws {ServiceError} `ERR_POLICY_SHAPE` if anything is malformed.
 * @example compilePolicy({ format: 'beryl/policy/1', rules: [] }).hash.length // 64
 */
export function compilePolicy(data: unknown): Policy {
  const file = parsePolicy(data);
  return new CompiledPolicy(file, sha256Hex(canonicalJson(fromJsonValue(file, 'policy'))));
}

interface CompiledRule {
  readonly rule: PolicyRule;
  readonly mode: Exclude<GuardMode, 'off'>;
  readonly guards: readonly (readonly [name: string, guard: Guard])[];
  readonly peers: readonly PeerRef[] | undefined;
  readonly limiter: RateLimiter | undefined;
  covers(functionName: string): boolean;
}

class CompiledPolicy implements Policy {
  readonly hash: string;
  readonly file: PolicyFile;
  /** By service; those of all services stand under `*`. */
  readonly #byService = new Map<string, CompiledRule[]>();
  readonly #order = new Map<CompiledRule, number>();
  /** By service and function, as they are asked for; functions that exist only. */
  readonly #covering = new Map<string, readonly CompiledRule[]>();

  constructor(file: PolicyFile, hash: string) {
    this.hash = hash;
    this.file = file;
    for (const [index, rule] of file.rules.entries()) {
      const compiled = compile(rule, file.mode ?? 'enforce');
      if (compiled === undefined) continue;
      this.#order.set(compiled, index);
      const list = this.#byService.get(rule.service);
      if (list === undefined) this.#byService.set(rule.service, [compiled]);
      else list.push(compiled);
    }
  }

  rulesFor(serviceId: string, functionName: string): readonly PolicyRule[] {
    return this.#rules(serviceId, functionName).map(({ rule }) => rule);
  }

  check({ facts, arguments: given, isOwn = false }: PolicyCall): PolicyVerdict {
    const { serviceId, functionName } = facts;
    const covering = this.#rules(serviceId, functionName);
    const denied: RuleDenial[] = [];
    const noted: RuleDenial[] = [];
    let waitMs = 0;
    let isRateAlone = true;
    for (const compiled of covering) {
      const { rule, mode } = compiled;
      const caller = closed(() => callerReason(compiled, facts));
      const denials = argumentReasons(compiled, given, facts);
      if (caller === undefined && denials.length === 0) continue;
      const { id, because } = rule;
      const denial = {
        rule: id,
        ...(because !== undefined && { because }),
        ...(caller && { caller }),
        arguments: denials,
      };
      (mode === 'enforce' ? denied : noted).push(denial);
      if (mode !== 'enforce') continue;
      if (caller?.kind === 'rate' && denials.length === 0) waitMs = Math.max(waitMs, caller.retryAfterMs);
      else isRateAlone = false;
    }
    if (covering.length === 0 && this.file.otherwise === 'deny' && !isOwn) {
      isRateAlone = false;
      const caller: Reason = { kind: 'uncovered' };
      (this.file.mode === 'monitor' ? noted : denied).push({ rule: OTHERWISE, caller, arguments: [] });
    }
    const retryAfterMs = denied.length > 0 && isRateAlone ? waitMs : undefined;
    return { rules: covering.map(({ rule }) => rule.id), denied, noted, retryAfterMs };
  }

  count({ facts }: PolicyCall): void {
    for (const { limiter } of this.#rules(facts.serviceId, facts.functionName))
      limiter?.take(facts.initPeerId, facts.now());
  }

  #rules(serviceId: string, functionName: string): readonly CompiledRule[] {
    const key = JSON.stringify([serviceId, functionName]);
    let found = this.#covering.get(key);
    if (found === undefined) {
      const orderOf = (one: CompiledRule): number => this.#order.get(one) ?? 0;
      found = [...(this.#byService.get(serviceId) ?? []), ...(this.#byService.get('*') ?? [])]
        .filter(({ covers }) => covers(functionName))
        .sort((a, b) => orderOf(a) - orderOf(b));
      if (this.#covering.size < COVERING_MAX) this.#covering.set(key, found);
    }
    return found;
  }
}

/** Stands for the rule that denies functions without a rule: ids have other characters. */
const OTHERWISE = '(otherwise)';

/** Functions whose rules are remembered: dispatch asks for existing ones only, tools for any. */
const COVERING_MAX = 10_000;

function compile(rule: PolicyRule, modeOfPolicy: GuardMode): CompiledRule | undefined {
  const mode = rule.mode ?? modeOfPolicy;
  if (mode === 'off') return undefined;
  const { functions = '*', initPeers, rate } = rule;
  const names = functions === '*' ? undefined : new Set(functions);
  return {
    rule,
    mode,
    guards: Object.entries(rule.arguments ?? {}).map(
      ([name, condition]) => [name, guardFor(condition)] as const,
    ),
    peers: initPeers?.map(peerRef),
    limiter: rate && new RateLimiter(rate satisfies Rate),
    covers: functionName => names === undefined || names.has(functionName),
  };
}

function callerReason({ rule, peers, limiter }: CompiledRule, facts: CallFacts): Reason | undefined {
  const { initPeerId: found } = facts;
  if (peers !== undefined) {
    const expected = peers.map(peer => resolvePeer(peer, facts));
    if (!expected.includes(found)) return { kind: 'caller', expected, found };
  }
  const { maxAgeMs } = rule;
  const ageMs = facts.now() - facts.timestamp;
  if (maxAgeMs !== undefined && !(ageMs <= maxAgeMs)) return { kind: 'too-old', ageMs, maxAgeMs };
  const retryAfterMs = limiter?.wait(found, facts.now()) ?? 0;
  return retryAfterMs > 0 ? { kind: 'rate', retryAfterMs } : undefined;
}

/** An argument that the function does not have is denied: the rule was meant for another version of the service. */
function argumentReasons(
  { guards }: CompiledRule,
  given: ReadonlyMap<string, GuardedArgument>,
  facts: CallFacts,
): { readonly name: string; readonly reason: Reason }[] {
  const denials: { name: string; reason: Reason }[] = [];
  for (const [name, guard] of guards) {
    const argument = given.get(name);
    const reason: Reason | undefined =
      argument === undefined ? { kind: 'no-such-argument' } : closed(() => guard.check(argument, facts));
    if (reason !== undefined) denials.push({ name, reason });
  }
  return denials;
}
