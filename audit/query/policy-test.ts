import { parseRules } from '../recorder/rules.ts';
import { parseText } from '../recording/json.ts';
import {
  canonicalJson,
  parseJson,
  ARGUMENTS_DEPTH_MAX,
  type CallRequest,
  type Json,
} from '../../interpreter/index.ts';
import {
  builtins,
  compilePolicy,
  RateLimiter,
  type GuardedArgument,
  type Policy,
  type PolicyVerdict,
} from '../../services/index.ts';
import type { EntryOf } from '../recording/entry.ts';
import type { Recording } from '../recording/recording.ts';
import { particlesOf, type OnProgress, type OpenRecording } from '../replay.ts';
import type { ParticleEntries } from '../verify/rerun.ts';
import { askedCalls, factsOf, OF_PARTICLE } from './asked-calls.ts';
import { PolicyReport, type PolicyTestReport, type TestedCall } from './policy-report.ts';

/**
 * Runs a policy over recorded calls. Origins come from running the particles again, not from what the recordings say; handlers do not run.
 * Ages count to the time of the recorded decision, rates are counted in the order of those times.
 *
 * @param data         The policy, as in its file.
 * @param options.peer Id or name of the peer that loads the policy; its calls are tested. Left out: the calls of all peers.
 * @throws {ServiceError} `ERR_POLICY_SHAPE` if the policy is malformed.
 * @example testPolicy(data, [openRecording(source)]).deniedAnew.map(({ text }) => text)
 */
export function testPolicy(
  data: unknown,
  recordings: readonly OpenRecording[],
  { peer, onProgress }: { readonly peer?: string | undefined; readonly onProgress?: OnProgress } = {},
): PolicyTestReport {
  const given = compilePolicy(data);
  const tested: TestedCall[] = [];
  let untested = 0;
  const policy = withoutRates(given);
  for (const [index, open] of recordings.entries())
    for (const entries of particlesOf(open, onProgress))
      for (const call of callsOf(index, open.recording, entries, policy, peer)) {
        if (call === undefined) untested += 1;
        else tested.push(call);
      }
  // Rates count in the order of time; calls are read particle by particle.
  tested.sort((a, b) => a.timeMs - b.timeMs);
  const limiters = new Map(
    given.file.rules.flatMap(({ id, rate }) =>
      rate === undefined ? [] : [[id, new RateLimiter(rate)] as const],
    ),
  );
  const report = new PolicyReport(given);
  for (const call of tested) report.add(call, rateDenials(call, given, limiters));
  return report.done(untested);
}

/** The same rules without rates; a rule needs a condition, so one that has none gets an age that no particle has. */
function withoutRates({ file }: Policy): Policy {
  const rules = file.rules.map(({ rate, ...rule }) =>
    rate === undefined ? rule : { maxAgeMs: Number.MAX_SAFE_INTEGER, ...rule },
  );
  return compilePolicy({ ...file, rules });
}

/** `undefined` for each call that cannot be tested. */
function* callsOf(
  index: number,
  recording: Recording,
  entries: ParticleEntries,
  policy: Policy,
  peer: string | undefined,
): Generator<TestedCall | undefined> {
  const isWanted = ({ peer: at }: EntryOf<'request'>): boolean => {
    const of = recording.peers.get(at);
    return peer === undefined || of?.peerId === peer || of?.name === peer;
  };
  for (const { request, decision, asked } of askedCalls(recording, entries, isWanted))
    yield asked && testedCall(index, recording, entries.particle, request, decision, asked, policy);
}

function testedCall(
  recordingIndex: number,
  recording: Recording,
  particle: EntryOf<'particle'>,
  request: EntryOf<'request'>,
  decision: EntryOf<'decision'>,
  asked: CallRequest,
  policy: Policy,
): TestedCall | undefined {
  const peerId = recording.peerIdOf(request.peer);
  const { service, function: fn } = request;
  const named = argumentNames(recording, request);
  if (named === undefined && policy.rulesFor(service, fn).some(rule => rule.arguments !== undefined))
    return undefined;
  const facts = factsOf(recording, particle, request, decision);
  const { initPeerId, particleId } = facts;
  const isOwn = OF_PARTICLE.has(service) && peerId === initPeerId;
  const verdict = policy.check({ facts, arguments: argumentsOf(asked, named ?? []), isOwn });
  const isPolicy = decision.stage === 'policy';
  const isPassed = decision.stage === 'handler' || decision.stage === 'result';
  return {
    change: {
      recording: recordingIndex,
      call: request.n,
      peerId,
      particleId,
      initPeerId,
      service,
      function: fn,
    },
    timeMs: decision.time,
    verdict,
    before: isPolicy ? 'denied by policy' : isPassed ? 'passed' : 'stopped otherwise',
    rulesThen: isPolicy ? rulesOf(recording, decision) : [],
  };
}

/** Recordings do not describe them. */
const BUILTINS = new Map(
  builtins({ clock: { now: () => 0, after: () => () => undefined } }).map(({ id, definition }) => [
    id,
    definition,
  ]),
);

function argumentNames(recording: Recording, request: EntryOf<'request'>): readonly string[] | undefined {
  const text = recording.text(recording.peers.get(request.peer)?.rules ?? '');
  const rules = text === undefined ? undefined : parseRules(text);
  const service = rules?.services.find(({ id }) => id === request.service);
  if (service === undefined)
    return BUILTINS.get(request.service)
      ?.functions.get(request.function)
      ?.arguments.map(({ name }) => name);
  return service.functions.find(({ name }) => name === request.function)?.arguments.map(({ name }) => name);
}

function argumentsOf(asked: CallRequest, names: readonly string[]): Map<string, GuardedArgument> {
  const lossless = parseJson(asked.argumentsJson, ARGUMENTS_DEPTH_MAX) as readonly Json[];
  return new Map(
    names.map((name, index) => [
      name,
      {
        value: asked.arguments[index],
        valueJson: index < lossless.length ? canonicalJson(lossless[index] ?? null) : undefined,
        tetraplets: asked.tetraplets[index] ?? [],
        elementwise: asked.elementwise[index] === true,
        origin: asked.origins[index],
      },
    ]),
  );
}

function rulesOf(recording: Recording, { denial }: EntryOf<'decision'>): string[] {
  const text = denial === undefined ? undefined : recording.text(denial);
  const parsed = text === undefined ? undefined : (parseText(text) as { policy?: unknown } | undefined);
  const rules = Array.isArray(parsed?.policy) ? (parsed.policy as { rule?: unknown }[]) : [];
  return rules.flatMap(rule => (typeof rule?.rule === 'string' ? rule.rule : []));
}

/** What the rates deny; a call that passes everything counts. */
function rateDenials(
  { change, timeMs, verdict, before }: TestedCall,
  { file }: Policy,
  limiters: ReadonlyMap<string, RateLimiter>,
): PolicyVerdict {
  const mine = verdict.rules.flatMap(id => {
    const limiter = limiters.get(id);
    return limiter === undefined ? [] : [{ id, limiter }];
  });
  const denied = [...verdict.denied];
  const noted = [...verdict.noted];
  for (const { id, limiter } of mine) {
    const retryAfterMs = limiter.wait(change.initPeerId, timeMs);
    if (retryAfterMs === 0) continue;
    const mode = file.rules.find(rule => rule.id === id)?.mode ?? file.mode ?? 'enforce';
    (mode === 'enforce' ? denied : noted).push({
      rule: id,
      caller: { kind: 'rate', retryAfterMs },
      arguments: [],
    });
  }
  if (denied.length === 0 && before !== 'stopped otherwise')
    for (const { limiter } of mine) limiter.take(change.initPeerId, timeMs);
  return { ...verdict, denied, noted };
}
