import { createGatekeeper } from '../../services/index.ts';
import type { Denial, Gatekeeper, Reason, RuleDenial } from '../../services/index.ts';
import type { Tetraplet } from '../../interpreter/index.ts';
import { parseRules, type RecordedRules } from '../recorder/rules.ts';
import type { EntryOf } from '../recording/entry.ts';
import { parseText } from '../recording/json.ts';
import type { Recording } from '../recording/recording.ts';
import { OF_PARTICLE } from '../query/asked-calls.ts';
import { againstRules, isForm, isSaid } from './decision-form.ts';
import { textOfAnswer, type ParticleEntries } from './rerun.ts';
import { callName, type Found } from './run-checks.ts';

/** What cannot be checked of a decision with the file alone. */
export interface Unchecked {
  guards: number;
  rules: number;
  handlers: number;
}

type Decision = EntryOf<'decision'>;
type Request = EntryOf<'request'>;

/** Checks every decision against its request and the recorded rules of its peer. */
export class DecisionChecks {
  readonly unchecked: Unchecked = { guards: 0, rules: 0, handlers: 0 };
  readonly #recording: Recording;
  readonly #peers = new Map<
    number,
    { readonly rules: RecordedRules; readonly gatekeeper: Gatekeeper } | undefined
  >();

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  check({ particle, requests, decisions }: ParticleEntries): Found[] {
    const found: (Found | undefined)[] = [];
    const decided = new Map<number, number>();
    for (const decision of decisions.values()) {
      const request = requests.get(decision.request);
      if (request === undefined) continue;
      const earlier = decided.get(decision.request);
      if (earlier !== undefined)
        found.push(
          fault(
            'decision-repeated',
            decision,
            `${callName(request)} was decided in entry ${earlier} already`,
          ),
        );
      decided.set(decision.request, decision.n);
      found.push(this.#consistent(decision, request), this.#explained(decision, request));
      found.push(this.#allowed(decision, request, particle.initPeerId));
    }
    return found.filter(one => one !== undefined);
  }

  /** Outcome, stage, code, answer and denial must belong together, and agree with the recorded rules and the text of the answer. */
  #consistent(decision: Decision, request: Request): Found | undefined {
    const { outcome, stage, code, answer } = decision;
    const what = `outcome \`${outcome}\`, stage \`${stage}\`, code \`${code ?? 'none'}\` and return code ${answer.ret}`;
    const shown = `${outcome}, ${stage}, ${code ?? 'no code'}, ${answer.ret}`;
    const bad = (why: string, actual: string): Found =>
      fault('decision-inconsistent', decision, why, 'differs', [shown, actual]);
    if (!isForm(decision))
      return bad(`${callName(request)}: ${what} do not belong together`, 'no dispatcher decides so');
    const rules = this.#peer(request.peer)?.rules;
    const against = rules && againstRules(decision, request, rules);
    if (against !== undefined) return bad(against, 'the recorded rules say otherwise');
    if (outcome === 'served') return undefined;
    const text = textOfAnswer(this.#recording, answer);
    const said = text === undefined ? undefined : parseText(text);
    if (text === undefined) return undefined;
    const denied = decision.denial === undefined ? undefined : this.#recording.text(decision.denial);
    const denial = denied === undefined ? undefined : parseText(denied);
    const isKnown = typeof denial === 'object' && denial !== null;
    const tell = rules?.policy === undefined ? undefined : (rules.policy.tell ?? 'all');
    if (
      typeof said === 'string' &&
      isSaid(decision, request, said, isKnown ? (denial as Denial) : undefined, tell)
    )
      return undefined;
    return bad(`${callName(request)}: ${what} do not fit what the answer says`, text.slice(0, 300));
  }

  /** A denial must speak of its call, and what it found must be among the origins of the arguments. */
  #explained(decision: Decision, request: Request): Found | undefined {
    if (decision.denial === undefined) return undefined;
    const text = this.#recording.text(decision.denial);
    if (text === undefined) return undefined;
    const denial = parseText(text) as Denial | undefined;
    if (denial?.serviceId !== request.service || denial.functionName !== request.function)
      return fault('denial-of-other-call', decision, `the denial is not of ${callName(request)}`);
    const origins = this.#recording.text(request.origins);
    if (origins === undefined) return undefined;
    const [tetraplets] = listOf(parseText(origins));
    const known = new Set(
      listOf(tetraplets)
        .flatMap(some => listOf<Tetraplet>(some))
        .map(originKey),
    );
    if (foundOrigins(denial).some(origin => !known.has(origin)))
      return fault(
        'denial-of-other-origin',
        decision,
        `the denial speaks of an origin that no argument of ${callName(request)} has`,
      );
    return undefined;
  }

  /** The access list again; guards and handlers are code, and not checked. */
  #allowed(decision: Decision, request: Request, initPeerId: string): Found | undefined {
    if (decision.stage === 'guards' || decision.stage === 'policy') this.unchecked.guards += 1;
    else if (decision.stage === 'handler' || decision.stage === 'result') this.unchecked.handlers += 1;
    const peer = this.#peer(request.peer);
    if (peer === undefined) {
      this.unchecked.rules += 1;
      return undefined;
    }
    // What does not exist is rejected before access control.
    if (decision.stage === 'find') return undefined;
    const fn = peer.rules.services
      .find(({ id }) => id === request.service)
      ?.functions.find(({ name }) => name === request.function);
    // Recordings do not say who handed a particle over.
    if (peer.rules.acl.rules.some(({ senders, callers }) => senders !== undefined || callers !== undefined)) {
      this.unchecked.rules += 1;
      return undefined;
    }
    const reason = peer.gatekeeper.check({
      initPeerId,
      serviceId: request.service,
      functionName: request.function,
      management: fn?.management ?? false,
      isOwn: OF_PARTICLE.has(request.service) && initPeerId === this.#recording.peerIdOf(request.peer),
    });
    const isDenied = decision.stage === 'gatekeeper';
    if (isDenied === (reason !== undefined) || (isDenied && fn === undefined)) return undefined;
    return fault(
      'policy-not-followed',
      decision,
      isDenied
        ? `${callName(request)} was denied by the access list, whose rules allow it`
        : `${callName(request)} was let pass, although the access list denies it`,
      'policy-failed',
      [isDenied ? 'denied' : decision.outcome, isDenied ? 'allowed' : 'denied'],
    );
  }

  #peer(n: number): { readonly rules: RecordedRules; readonly gatekeeper: Gatekeeper } | undefined {
    if (!this.#peers.has(n)) {
      const entry = this.#recording.peers.get(n);
      const text = entry?.rules === undefined ? undefined : this.#recording.text(entry.rules);
      const rules = text === undefined ? undefined : parseRules(text);
      this.#peers.set(n, rules && gatekept(entry?.peerId ?? '', rules));
    }
    return this.#peers.get(n);
  }
}

/** `undefined` for rules, or a peer, that no gatekeeper can have. */
function gatekept(
  peerId: string,
  rules: RecordedRules,
): { readonly rules: RecordedRules; readonly gatekeeper: Gatekeeper } | undefined {
  return peerId === '' ? undefined : { rules, gatekeeper: createGatekeeper(peerId, rules.acl) };
}

function fault(
  name: string,
  { n }: Decision,
  why: string,
  content: Found['content'] = 'differs',
  [expected, actual]: readonly [string?, string?] = [],
): Found {
  return {
    content,
    name,
    message: `entry ${n}: ${why}`,
    entry: n,
    field: 'decision',
    ...(expected !== undefined && { expected }),
    ...(actual !== undefined && { actual }),
  };
}

/** Reasons in reasons that are looked at; what a file holds may be nested without end. */
const DEPTH_MAX = 32;

/** Origins that the reasons of a denial found on the arguments themselves, not further down. */
function foundOrigins(denial: Denial): string[] {
  const all: string[] = [];
  const visit = (reason: Reason | null | undefined, depth: number): void => {
    if (reason === undefined || reason === null || depth > DEPTH_MAX) return;
    if (reason.kind === 'origin' || reason.kind === 'not-literal' || reason.kind === 'no-call')
      all.push(originKey(reason.found));
    else if (reason.kind === 'all-of' || reason.kind === 'any-of')
      for (const one of listOf<Reason>(reason.reasons)) visit(one, depth + 1);
    else if (reason.kind === 'each')
      for (const one of listOf<{ reason: Reason }>(reason.elements)) visit(one?.reason, depth + 1);
  };
  for (const part of [denial, ...listOf<RuleDenial>(denial.policy)])
    for (const argument of listOf<{ reason: Reason }>(part?.arguments)) visit(argument?.reason, 0);
  return all;
}

/** Content of a file, which may be anything. */
const listOf = <T>(value: unknown): readonly (T | undefined)[] =>
  Array.isArray(value) ? (value as T[]) : [];

const originKey = (origin: Partial<Tetraplet> | undefined): string =>
  JSON.stringify([origin?.peerId, origin?.serviceId, origin?.functionName, origin?.getter]);
