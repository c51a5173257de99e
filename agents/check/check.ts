import {
  AirError,
  describeOrigin,
  parse,
  positionOf,
  staticName,
  staticOrigins,
  walk,
  type ArgumentOrigins,
  type Call,
  type CallOrigins,
  type Script,
  type StaticName,
  type StaticOrigin,
} from '../../air-grammar/index.ts';
import { printable, shorten } from '../../base/printable.ts';
import { suggestion } from '../../base/options.ts';
import { canonicalJson, fromJsonValue, type JsonValue } from '../../interpreter/index.ts';
import {
  foreseeDenial,
  formatDenial,
  type Policy,
  type PolicyRule,
  type ServiceFunction,
} from '../../services/index.ts';
import type { FunctionLookup } from '../plan/compile.ts';
import { conditionText } from './condition-text.ts';
import { foreseeCondition, waysOf, type ScriptFacts } from './foresee-condition.ts';
import type { PlanFinding, PlanFindingCode } from './finding.ts';

/** What a check knows of the agent. */
export interface CheckedAgent {
  readonly peerId: string;
  readonly functionOf: FunctionLookup;
  /** Names of functions, for suggestions. */
  readonly functions: readonly string[];
  readonly policy: Policy | undefined;
}

/** A script, and what was found in it. */
export interface CheckedScript {
  /** Nothing if the text is not a valid script. */
  readonly script: Script | undefined;
  readonly origins: readonly CallOrigins[];
  readonly findings: readonly PlanFinding[];
}

/** Services that exist for each particle alone. */
const OWN_SERVICES = new Set(['callbackSrv', 'errorHandlingSrv', 'getDataSrv']);
/** Findings that do not keep a plan from running. */
const OPEN: ReadonlySet<PlanFindingCode> = new Set(['known-at-run']);

/**
 * Checks a script before it runs: that it calls what there is, with what fits, and that no guard and no rule of the policy refuses an
 * argument for where it can come from. The peer decides again when the script runs: a check that finds nothing grants nothing.
 */
export function checkScript(text: string, agent: CheckedAgent): CheckedScript {
  let script: Script;
  try {
    script = parse(text);
  } catch (failure) {
    if (!(failure instanceof AirError)) throw failure;
    return { script: undefined, origins: [], findings: invalid(failure) };
  }
  const origins = staticOrigins(script);
  const byCall = new Map(origins.map(entry => [entry.call.index, entry.arguments]));
  const facts: ScriptFacts = { peerId: agent.peerId, argumentsOf: call => byCall.get(call) };
  return {
    script,
    origins,
    findings: [
      ...canonsElsewhere(script, agent),
      ...origins.flatMap(entry => [...new CallCheck(script, entry, agent, facts).findings()]),
    ],
  };
}

const invalid = ({ diagnostics }: AirError): PlanFinding[] =>
  diagnostics.map(({ message, line }) => ({
    ...NOWHERE,
    code: 'invalid-script',
    isRefusal: true,
    line,
    message: printable(message),
    advice: 'correct the script: `beryl check` shows the place',
  }));

const NOWHERE = { call: '', argument: '', rule: '' } as const;

function isHere(peer: StaticName, { peerId }: CheckedAgent): boolean {
  return peer.kind === 'initPeer' || (peer.kind === 'text' && peer.text === peerId);
}

function canonsElsewhere(script: Script, agent: CheckedAgent): PlanFinding[] {
  const found: PlanFinding[] = [];
  walk(script.root, {
    enter: instruction => {
      if (
        instruction.kind === 'call' ||
        !('peer' in instruction) ||
        isHere(staticName(instruction.peer), agent)
      )
        return;
      found.push({ ...NOWHERE, ...elsewhere(positionOf(script.text, instruction.start).line) });
    },
  });
  return found;
}

const elsewhere = (line: number) =>
  ({
    code: 'other-peer',
    isRefusal: true,
    line,
    message: 'the agent reaches no other peer, and cannot tell before the run whether this is its own',
    advice: 'write `%init_peer_id%` as the peer',
  }) as const;

/** The check of one call. */
class CallCheck {
  readonly #call: Call;
  readonly #arguments: readonly ArgumentOrigins[];
  readonly #agent: CheckedAgent;
  readonly #facts: ScriptFacts;
  readonly #line: number;
  readonly #service: string | undefined;
  readonly #function: string | undefined;

  constructor(
    script: Script,
    { call, arguments: args }: CallOrigins,
    agent: CheckedAgent,
    facts: ScriptFacts,
  ) {
    this.#call = call;
    this.#arguments = args;
    this.#agent = agent;
    this.#facts = facts;
    this.#line = positionOf(script.text, call.start).line;
    [this.#service, this.#function] = [call.service, call.functionName].map(operand =>
      operand.kind === 'string' ? operand.value : undefined,
    );
  }

  *findings(): Iterable<PlanFinding> {
    if (!isHere(staticName(this.#call.peer), this.#agent)) {
      yield { ...NOWHERE, ...elsewhere(this.#line), call: this.#name };
      return;
    }
    if (this.#service !== undefined && OWN_SERVICES.has(this.#service)) return;
    const fn = this.#known();
    if (fn === undefined) {
      const names = this.#agent.functions;
      yield this.#finding('unknown-function', {
        message: `unknown function \`${this.#name}\`${suggestion(this.#name, names, '')}`,
        advice: 'call a function that the agent has, by its name in quotation marks',
      });
      return;
    }
    yield* this.#arity(fn);
    for (const [i, { name }] of fn.arguments.entries())
      if (i < this.#arguments.length) yield* this.#guarded(fn, i, name);
    yield* this.#policy(fn);
  }

  get #name(): string {
    const text = (part: string | undefined): string =>
      part === undefined ? '(variable)' : printable(shorten(part, 64));
    return `${text(this.#service)}.${text(this.#function)}`;
  }

  #known(): ServiceFunction | undefined {
    if (this.#service === undefined || this.#function === undefined) return undefined;
    return this.#agent.functionOf(this.#service, this.#function);
  }

  *#arity(fn: ServiceFunction): Iterable<PlanFinding> {
    const given = this.#arguments.length;
    if (given > fn.arguments.length && fn.rest === undefined)
      yield this.#finding('wrong-argument', {
        message: `\`${this.#name}\` takes ${fn.arguments.length} arguments, found ${given}`,
        advice: `its arguments are ${fn.arguments.map(({ name }) => name).join(', ') || 'none'}`,
      });
    for (const [i, { name, schema }] of fn.arguments.entries()) {
      const value = i < given ? this.#literal(i) : undefined;
      if (i < given && value === undefined) continue;
      const verdict = schema['~standard'].validate(value);
      if (verdict instanceof Promise || verdict.issues === undefined) continue;
      const issue = verdict.issues[0]?.message ?? 'refused';
      yield this.#finding('wrong-argument', {
        argument: name,
        message:
          i < given
            ? `argument \`${name}\` of \`${this.#name}\`: ${printable(shorten(issue, 200))}`
            : `\`${this.#name}\` needs argument \`${name}\``,
        advice: `pass a value that the schema of \`${name}\` takes`,
      });
    }
  }

  /** The value of an argument that the script writes there. */
  #literal(i: number): JsonValue | undefined {
    const operand = this.#call.arguments[i];
    switch (operand?.kind) {
      case 'string':
      case 'boolean':
      case 'float':
        return operand.value;
      case 'integer':
        return Number(operand.value);
      case 'emptyArray':
        return [];
      default:
        return undefined;
    }
  }

  /** What guards in the code of the service say. */
  *#guarded(fn: ServiceFunction, i: number, argument: string): Iterable<PlanFinding> {
    const { peerId } = this.#agent;
    const call = {
      peerId,
      initPeerId: peerId,
      serviceId: this.#service ?? '',
      functionName: this.#function ?? '',
    };
    for (const origin of this.#arguments[i]?.isWhole === true ? [] : (this.#arguments[i]?.origins ?? [])) {
      const tetraplet = tetrapletOf(origin, peerId);
      const reason = tetraplet && foreseeDenial(fn, i, { kind: origin.kind as 'service', tetraplet }, call);
      if (reason === undefined) continue;
      const denial = { ...call, arguments: [{ name: argument, reason }] };
      const [, ...why] = formatDenial(denial, id => (id === peerId ? 'this agent' : undefined)).split('\n');
      yield this.#finding('guard-refuses', {
        argument,
        message: `\`${this.#name}\` refuses argument \`${argument}\`: it can be ${describeOrigin(origin)}`,
        advice: why.map(line => line.trim()).join('; '),
      });
      return;
    }
  }

  *#policy(fn: ServiceFunction): Iterable<PlanFinding> {
    const { policy, peerId } = this.#agent;
    if (policy === undefined) return;
    const rules = policy
      .rulesFor(this.#service ?? '', this.#function ?? '')
      .filter(rule => isEnforced(rule, policy));
    if (policy.rulesFor(this.#service ?? '', this.#function ?? '').length === 0 && isDeniedOtherwise(policy))
      yield this.#finding('policy-refuses', {
        message: `no rule of the policy covers \`${this.#name}\`, and the policy denies what it does not cover`,
        advice: 'use functions that the policy has rules for',
      });
    for (const rule of rules) {
      if (rule.initPeers?.every(peer => peer !== 'init' && peer !== 'host' && peer !== peerId) === true)
        yield this.#finding('policy-refuses', {
          rule: rule.id,
          message: `rule \`${rule.id}\` does not let this agent call \`${this.#name}\`${because(rule)}`,
          advice: 'leave the call out',
        });
      for (const [argument, condition] of Object.entries(rule.arguments ?? {}))
        yield* this.#ruled(fn, rule, argument, condition);
    }
  }

  *#ruled(
    fn: ServiceFunction,
    rule: PolicyRule,
    argument: string,
    condition: NonNullable<PolicyRule['arguments']>[string],
  ): Iterable<PlanFinding> {
    const i = fn.arguments.findIndex(({ name }) => name === argument);
    const given = this.#arguments[i];
    const advice = `\`${argument}\` must be ${conditionText(condition)}`;
    const found = (code: 'policy-refuses' | 'known-at-run', message: string): PlanFinding =>
      this.#finding(code, { argument, rule: rule.id, message: `${message}${because(rule)}`, advice });
    if (given === undefined) {
      yield found(
        'policy-refuses',
        `rule \`${rule.id}\` needs argument \`${argument}\` of \`${this.#name}\``,
      );
      return;
    }
    const literal = this.#literal(i);
    const literalJson = literal === undefined ? undefined : canonicalJson(fromJsonValue(literal, 'literal'));
    let isOpen = given.origins.length === 0;
    for (const origin of waysOf(given)) {
      const foreseen = foreseeCondition(condition, { origin, literalJson }, this.#facts);
      isOpen ||= foreseen === 'open';
      if (foreseen !== 'fails') continue;
      yield found(
        'policy-refuses',
        `rule \`${rule.id}\` refuses argument \`${argument}\` of \`${this.#name}\`: it can be ${wayText(origin)}`,
      );
      return;
    }
    if (isOpen)
      yield found(
        'known-at-run',
        `only a run shows what rule \`${rule.id}\` says of argument \`${argument}\` of \`${this.#name}\``,
      );
  }

  #finding(
    code: PlanFindingCode,
    what: {
      readonly message: string;
      readonly advice: string;
      readonly argument?: string;
      readonly rule?: string;
    },
  ): PlanFinding {
    return { ...NOWHERE, code, isRefusal: !OPEN.has(code), line: this.#line, call: this.#name, ...what };
  }
}

const because = ({ because: reason }: PolicyRule): string =>
  reason === undefined ? '' : ` (${printable(reason)})`;

const isEnforced = (rule: PolicyRule, { file }: Policy): boolean =>
  (rule.mode ?? file.mode ?? 'enforce') === 'enforce';

const isDeniedOtherwise = ({ file }: Policy): boolean =>
  file.otherwise === 'deny' && (file.mode ?? 'enforce') !== 'monitor';

const PARTS_SHOWN_MAX = 3;

function wayText(origin: StaticOrigin): string {
  if (origin.kind !== 'composed' || origin.parts.length === 0) return describeOrigin(origin);
  const shown = origin.parts.slice(0, PARTS_SHOWN_MAX).map(describeOrigin);
  const more = origin.parts.length > shown.length ? ['…'] : [];
  return `put together from ${[...shown, ...more].join(', ')}`;
}

/** The tetraplet of an origin on the agent's own peer, if all of it is known. */
function tetrapletOf(origin: StaticOrigin, peerId: string) {
  const { kind, peer, service, functionName, getter } = origin;
  if (kind === 'any' || kind === 'error' || getter.includes('*')) return undefined;
  if (kind !== 'literal' && peer.kind !== 'initPeer' && peer.kind !== 'text') return undefined;
  if (service.kind !== 'text' || functionName.kind !== 'text') return undefined;
  const of = kind !== 'literal' && peer.kind === 'text' ? peer.text : peerId;
  return { peerId: of, serviceId: service.text, functionName: functionName.text, getter };
}
