import type { Call } from '../../../air-grammar/index.ts';
import { isScriptError, RunError, ScriptError } from '../../errors.ts';
import type { CallRecord } from '../../log/record.ts';
import type { SealedRecord } from '../../log/sealed-record.ts';
import type { Site } from '../../provenance/site.ts';
import { Producer, SourcedValue } from '../../provenance/sourced-value.ts';
import { hashOfText } from '../../text-hash.ts';
import { cidOf } from '../../values/cid.ts';
import { JsonError } from '../../values/json.ts';
import { readJson } from '../../values/json-parser.ts';
import { isCanonicalOf } from '../../values/canonical-check.ts';
import { LARGE_BYTES, Value } from '../../values/value.ts';
import { WORK } from '../budget.ts';
import { resolveArguments, type CallArguments } from '../call-arguments.ts';
import { HostRequest } from '../host-request.ts';
import { iterableShadowing } from '../read.ts';
import { resolveRecorded, type RecordedArguments } from '../recorded-arguments.ts';
import { resolveString } from '../resolve.ts';
import type { HostResult, Run } from '../run.ts';
import { shadowing } from '../variables.ts';
import { putIntoStream, setScalar } from './ap.ts';

/** A call whose triplet is known. */
interface NamedCall {
  readonly node: Call;
  readonly site: Site;
  readonly peerId: string;
  readonly serviceId: string;
  readonly functionName: string;
}

/**
 * A call has happened if there is a record of it; then its result is used, after the record was held against what the script
 * demands here. Otherwise it is performed here, or the particle is sent to the peer that must perform it.
 */
export function beginCall(run: Run, node: Call): ScriptError | undefined {
  run.budget.work(WORK.call + WORK.argument * node.arguments.length);
  const peerId = resolveString(run, node.peer);
  if (isScriptError(peerId)) return run.waitOrFail(peerId, node);
  const serviceId = resolveString(run, node.service);
  if (isScriptError(serviceId)) return run.waitOrFail(serviceId, node);
  const functionName = resolveString(run, node.functionName);
  if (isScriptError(functionName)) return run.waitOrFail(functionName, node);
  // Hashed, and written.
  run.budget.text(2 * (peerId.length + serviceId.length + functionName.length));
  checkOutput(run, node);
  const site = run.siteOf(node);
  const call: NamedCall = { node, site, peerId, serviceId, functionName };
  const sealed = run.ledger.recordAt(site, peerId);
  if (sealed !== undefined) return replay(run, call, sealed);

  const args = resolveArguments(run, node);
  if (isScriptError(args)) return run.fail(args, node, Producer.service(peerId, serviceId, functionName));
  return run.actsAs(peerId) ? perform(run, call, args) : passOn(run, call);
}

/** The result of an earlier run, of this peer or another. */
function replay(run: Run, call: NamedCall, sealed: SealedRecord): ScriptError | undefined {
  const { node, site, peerId, serviceId, functionName } = call;
  const args = resolveRecorded(run, node, peerId, sealed);
  if (isScriptError(args)) return run.fail(args, node, Producer.service(peerId, serviceId, functionName));
  run.ledger.reach(peerId, sealed);
  if (peerId === run.me && run.results.size > 0) ignoreLateResult(run, site);
  // What its arguments are read of comes with the next walk.
  if (args === undefined && run.foreseen.isWaiting) return run.wait();
  checkRecord(call, args, sealed.record);
  run.facts.explain?.(peerId, sealed, args?.list ?? []);
  return applyRecord(run, call, sealed, args?.list);
}

/** This peer has lost its memory, and got back from others what it recorded then: an answer of its host to the same call says nothing new. */
function ignoreLateResult(run: Run, site: Site): void {
  const state = run.ledger.stateAt(site);
  if (state?.kind === 'pending') run.results.delete(state.requestId);
}

/** A record counts only for the very call that stands here: same service, function and arguments. */
function checkRecord(call: NamedCall, args: RecordedArguments | undefined, record: CallRecord): void {
  if (args === undefined)
    throw mismatch('call argument_hash', 'arguments that are known', cidOf(record.argsHash));
  if (!args.isToldRight) {
    throw mismatch(
      'call told arguments',
      'exactly what was read from an error register',
      JSON.stringify(record.told),
    );
  }
  if (record.argsHash !== args.hash) {
    throw mismatch('call argument_hash', cidOf(args.hash), cidOf(record.argsHash));
  }
  const isSame =
    record.kind === 'call' &&
    record.serviceId === call.serviceId &&
    record.functionName === call.functionName;
  if (!isSame) {
    const found = { ...record, peerId: call.peerId };
    throw mismatch('call tetraplet', tripletText(call), tripletText(found));
  }
}

/** Binds the result to the output, or raises the recorded failure. */
function applyRecord(
  run: Run,
  call: NamedCall,
  sealed: SealedRecord,
  args: readonly SourcedValue[] | undefined,
): ScriptError | undefined {
  const { node, peerId, serviceId, functionName } = call;
  const producer = Producer.service(peerId, serviceId, functionName, sealed, args);
  if (sealed.record.outcome === 'failed') {
    run.complete = false;
    return run.fail(failureOf(run.ledger.responseOf(sealed)), node, producer);
  }
  if (node.output === undefined) return undefined;
  const result = new SourcedValue(run.ledger.responseOf(sealed), producer);
  if (node.output.kind === 'scalar') setScalar(run, node.output, result);
  else putIntoStream(run, node.output, call.site, result);
  return undefined;
}

/**
 * This peer must act: it records the result if there is one, else it requests the call from the host, once.
 *
 * A result belongs to the requested call, not to the site. If more data has changed the arguments at this site, the result on its way
 * belongs to the earlier call, and recording it would be a false statement under an honest signature. Then the call is requested again.
 *
 * @param args Absent while an argument is not there yet.
 */
function perform(run: Run, call: NamedCall, args: CallArguments | undefined): ScriptError | undefined {
  const state = run.ledger.stateAt(call.site);
  if (args === undefined) {
    if (state !== undefined) run.keep(state);
    return run.wait();
  }
  const callHash = callHashOf(call, args);
  if (state?.kind === 'pending' && state.callHash === callHash) {
    const result = run.results.get(state.requestId);
    if (result === undefined) {
      run.keep(state);
      return run.wait();
    }
    run.results.delete(state.requestId);
    run.ledger.answered(state);
    const sealed = recordResult(run, call, args, result);
    return applyRecord(run, call, sealed, args.list);
  }
  const requestId = run.ledger.nextRequestId();
  run.keep({ kind: 'pending', site: call.site, by: run.me, requestId, callHash });
  run.budget.request(args.size);
  // The host gets copies.
  for (const { value } of args.list) for (let copies = 0; copies < 2; copies++) run.budget.value(value);
  run.callRequests.set(requestId, new HostRequest(call.serviceId, call.functionName, args.list, call.site));
  return run.wait();
}

/** Another peer must act. The first peer that reaches the call sends the particle there, even while arguments are missing. */
function passOn(run: Run, call: NamedCall): undefined {
  const state = run.ledger.stateAt(call.site);
  if (state === undefined) run.sendTo(call.peerId);
  run.keep(state ?? { kind: 'requested', site: call.site, by: run.me });
  return run.wait();
}

/** The statement that this peer will sign: the call and the host's result. */
function recordResult(run: Run, call: NamedCall, args: CallArguments, result: HostResult): SealedRecord {
  const answer = answerOf(result);
  const { site, serviceId, functionName, node } = call;
  const failed = isFailure(answer);
  const response = failed ? Value.ofResult([answer.code, answer.message]) : answer;
  const isDropped = !failed && node.output === undefined;
  return run.ledger.add(
    {
      kind: 'call',
      site,
      serviceId,
      functionName,
      argsHash: args.hash,
      outcome: failed ? 'failed' : 'ok',
      responseHash: response.hash,
      told: args.told,
    },
    isDropped ? undefined : response,
  );
}

interface Failure {
  readonly code: number;
  readonly message: string;
}

const isFailure = (answer: Value | Failure): answer is Failure => !(answer instanceof Value);

/** A result that is not JSON is a failure of the service, like any other. */
function answerOf({ retCode, text, json }: HostResult): Value | Failure {
  if (retCode !== 0) return { code: retCode, message: text };
  if (json !== undefined) return Value.ofResult(json, text);
  try {
    const { json: parsed, isCanonical } = readJson(text);
    const isText = isCanonical || (text.length > LARGE_BYTES && isCanonicalOf(parsed, text));
    return Value.ofResult(parsed, isText ? text : undefined);
  } catch (failure) {
    if (!(failure instanceof JsonError)) throw failure;
    const reason = `call_service result 'ret_code: 0, result: '${text}'' can't be serialized or deserialized with an error: ${failure.message}`;
    return { code: 2147483647, message: reason.toWellFormed() };
  }
}

/** The error of a recorded failure: the same on every peer. */
function failureOf(response: Value): ScriptError {
  const json = response.json;
  const [code, message] = Array.isArray(json) && json.length === 2 ? json : [];
  if (typeof code !== 'number' || !Number.isInteger(code) || typeof message !== 'string') {
    throw new RunError('malformedFailure', 'a recorded failure is not `[code, message]`');
  }
  return new ScriptError(
    'localServiceError',
    `Local service error, ret_code is ${code}, error message is '${message}'`,
  );
}

/** @throws {RunError} If the output may not be written; before anything else happens. */
function checkOutput(run: Run, { output }: Call): void {
  if (output?.kind !== 'scalar') return;
  if (run.foldOf(output.name) !== undefined) throw iterableShadowing(output.name);
  if (!run.scalars.isWritable(output.name)) throw shadowing(output.name);
}

/** The latest request that was hashed: calls of a fold are often the same but for their site. */
let latest = { serviceId: '', functionName: '', argsHash: '', hash: '' };

/** One hash of the whole request. It holds texts only, so this is canonical JSON. */
function callHashOf({ serviceId, functionName }: NamedCall, { hash: argsHash }: CallArguments): string {
  const isLatest =
    latest.argsHash === argsHash && latest.functionName === functionName && latest.serviceId === serviceId;
  if (!isLatest) {
    const hash = hashOfText(JSON.stringify([serviceId, functionName, argsHash]));
    latest = { serviceId, functionName, argsHash, hash };
  }
  return latest.hash;
}

function mismatch(what: string, expected: string, found: string): RunError {
  return new RunError(
    'parametersMismatch',
    `${what} doesn't match expected parameters: expected ${expected}, got ${found} `,
    { expected, found },
  );
}

function tripletText(call: { peerId: string; serviceId: string; functionName: string }): string {
  const { peerId, serviceId, functionName } = call;
  return `SecurityTetraplet { peer_pk: "${peerId}", service_id: "${serviceId}", function_name: "${functionName}", lens: "" }`;
}
