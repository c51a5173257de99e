import { expect } from 'vitest';
import { VirtualClock } from '../../peer/index.ts';
import {
  blog,
  createDispatcher,
  createRegistry,
  startService,
  type CallDecision,
} from '../../services/index.ts';
import type { CallRequest, CallResult, Tetraplet } from '../../interpreter/index.ts';
import { Bench } from './bench.ts';
import { idOf, withNames } from './cast.ts';

/** The call of Auth, on alice's peer. */
export const AUTH = '(call "alice" ("authSrv" "get_status") [] status)';

/** Auth says that the author is not an admin, and some other things that are true. */
const ANSWER = `{"is_admin":false,"is_misbehaving":true,"list":[1,true],"deep":{"is_admin":true},
  "is_admin.x":true,"wanted":"is_misbehaving","right":"is_admin"}`;
/** The same of an admin, for the honest twins. */
export const ADMIN = ANSWER.replace('"is_admin":false', '"is_admin":true');

/** One after the other. */
export const seq = (...instructions: string[]): string =>
  instructions.reduceRight((rest, first) => `(seq ${first} ${rest})`);

/** The call of the Blog, on bob's peer; its guard expects Auth's `.$.is_admin`. */
export const post = (argument: string): string => `(call "bob" ("blogSrv" "add_post") ["spam" ${argument}])`;

export interface Laundered {
  /** The argument that is to pass for Auth's `is_admin`, and where the interpreter says that it is from. */
  readonly value: unknown;
  readonly origins: readonly string[];
  /** What bob's Blog says: `served`, or kind and code. */
  readonly verdict: string;
  /** Of the denial, with names for peers. */
  readonly text: string;
}

/** Runs a script of mallory's on alice's peer, with Auth's answer, then on bob's, and has bob's Blog decide. */
export async function launder(script: string, answer: string | CallResult = ANSWER): Promise<Laundered> {
  const bench = new Bench(script, { init: 'mallory' });
  bench.run('alice');
  bench.run('alice', { results: { 1: answer } });
  const { callRequests, errorMessage } = bench.deliver('alice', 'bob');
  const request = callRequests.get(1);
  if (request?.functionName !== 'add_post') throw new TypeError(`the script does not post: ${errorMessage}`);
  const decision = await decide(bench, request);
  return {
    value: request.arguments[1],
    origins: (request.tetraplets[1] ?? []).map(originText),
    verdict: 'code' in decision ? `${decision.kind} ${decision.code}` : decision.kind,
    text: decision.kind === 'served' ? '' : withNames(decision.text),
  };
}

export const DENIED = 'denied ERR_CALL_DENIED_GUARD';

/** The denial of a value of one other origin, word for word. */
export const denial = (found: string, hint?: string): string =>
  [
    'denied `blogSrv.add_post`',
    '  argument `is_admin` has the wrong origin',
    '    expected (alice, authSrv, get_status, .$.is_admin)',
    `    found    ${found}`,
    ...(hint === undefined ? [] : [`    hint     ${hint}`]),
  ].join('\n');

export const TAKE_THE_FIELD = 'take the field `.$.is_admin` of the same result';
export const NOT_ITS_ANSWER = 'the call of `authSrv.get_status` failed; its error is not its answer';
export const PASS_THE_RESULT =
  'pass the result of `authSrv.get_status`, not a value that the script wrote or composed';

/** Another part of Auth's answer, `getter`, is true; its origin names it, and the Blog refuses it. */
export async function expectOtherPart(script: string, getter: string): Promise<void> {
  const found = `(alice, authSrv, get_status, ${getter})`;
  const { value, origins, verdict, text } = await launder(script);
  expect([value, ...origins, verdict]).toEqual([true, found, DENIED]);
  expect(text).toBe(denial(found, TAKE_THE_FIELD));
}

/** Bob's peer meets the request as it would any other. */
function decide(bench: Bench, request: CallRequest): Promise<CallDecision> {
  const { initPeerId, particleId: id, timestamp, ttl, particleSignature } = bench.input('bob').params;
  const dispatcher = createDispatcher({
    peerId: idOf('bob'),
    registry: createRegistry([startService(blog({ authPeer: idOf('alice') }))]),
    clock: new VirtualClock(timestamp),
  });
  const particle = { id, initPeerId, timestamp, ttl, signature: particleSignature };
  return dispatcher.dispatch({ request, particle });
}

const shown = (part: string): string => (/^[^\s,()'"`]+$/u.test(part) ? part : `'${part}'`);

function originText({ peerId, serviceId, functionName, getter }: Tetraplet): string {
  return withNames(`(${peerId}, ${shown(serviceId)}, ${shown(functionName)}, ${shown(getter)})`);
}
