import { publicKeyOfPeerId } from '../../interpreter/index.ts';
import { formatDenial, type Denial } from '../../services/index.ts';
import { OF_PARTICLE } from '../query/asked-calls.ts';
import type { RecordedRules } from '../recorder/rules.ts';
import type { EntryOf } from '../recording/entry.ts';
import { callName } from './run-checks.ts';

type Decision = EntryOf<'decision'>;
type Request = EntryOf<'request'>;

/** What dispatch ends with: outcome, stage and code belong together. */
const CODES: Readonly<
  Record<Decision['outcome'], Readonly<Partial<Record<Decision['stage'], readonly string[]>>>>
> = {
  served: { result: [] },
  denied: {
    gatekeeper: ['ERR_CALL_DENIED_ACL'],
    guards: ['ERR_CALL_DENIED_GUARD'],
    policy: ['ERR_CALL_DENIED_POLICY'],
  },
  refused: {
    find: ['ERR_SERVICE_UNKNOWN', 'ERR_FUNCTION_UNKNOWN'],
    limits: ['ERR_CALL_LIMIT'],
    arguments: ['ERR_CALL_ARGUMENTS'],
    handler: ['ERR_CALL_EXPIRED', 'ERR_SERVICE_BUSY'],
  },
  failed: {
    handler: [
      'ERR_CALL_FAILED',
      'ERR_CALL_HOST',
      'ERR_HANDLER_FAILED',
      'ERR_HANDLER_TIMEOUT',
      'ERR_HANDLER_STOPPED',
    ],
    result: ['ERR_HANDLER_RESULT', 'ERR_HANDLER_STATE'],
  },
};

/** Whether a dispatcher ends calls with this outcome, stage, code, and what goes with them. */
export function isForm(decision: Decision): boolean {
  const { outcome, stage, code, answer, denial, patches, details, source, calls } = decision;
  const codes = CODES[outcome][stage];
  if (codes === undefined) return false;
  return (
    (outcome === 'served' ? code === undefined : codes.includes(code ?? '')) &&
    (answer.ret === 0) === (outcome === 'served') &&
    (outcome === 'denied' ? denial !== undefined : outcome !== 'refused' || denial === undefined) &&
    (patches === undefined || outcome === 'served') &&
    (details === undefined || code === 'ERR_CALL_FAILED') &&
    ((source === undefined && calls === undefined) || outcome === 'served' || outcome === 'failed')
  );
}

/** What the recorded rules of a peer say against a decision; `undefined` for nothing. */
export function againstRules(
  { stage, policy }: Decision,
  request: Request,
  rules: RecordedRules,
): string | undefined {
  const fn = rules.services
    .find(({ id }) => id === request.service)
    ?.functions.find(({ name }) => name === request.function);
  // What a particle brings along is not there for the particles of others.
  if (stage === 'find' && fn !== undefined && !OF_PARTICLE.has(request.service))
    return `${callName(request)} was not found, and the rules of the peer declare it`;
  if (rules.policy === undefined && (stage === 'policy' || policy !== undefined))
    return `${callName(request)} was decided by a policy, and the peer has none`;
  if (stage === 'guards' && fn !== undefined && !fn.caller && !fn.arguments.some(({ guarded }) => guarded))
    return `${callName(request)} was denied by a guard, and it has none`;
  return undefined;
}

/**
 * Whether the text of a failure is what a dispatcher says when it decides so. What a handler says may be anything, but for a denial.
 *
 * @param said The answer as text; it is what the peer signs.
 */
export function isSaid(
  { stage, code }: Decision,
  { service, function: name }: Request,
  said: string,
  denial: Denial | undefined,
  tell: string | undefined,
): boolean {
  const call = `\`${service}.${name}\``;
  const unknown = `No service found for service call: serviceId='${service}', fnName='${name}' args='`;
  switch (code) {
    case 'ERR_SERVICE_UNKNOWN':
    case 'ERR_FUNCTION_UNKNOWN':
      return isBegun(said, unknown);
    case 'ERR_CALL_DENIED_ACL':
      // A gatekeeper may hide what it denies.
      return isBegun(said, unknown) || isDenialText(denial, said);
    case 'ERR_CALL_DENIED_GUARD':
      return isDenialText(denial, said);
    case 'ERR_CALL_DENIED_POLICY':
      return tell === 'all' ? isDenialText(denial, said) : said.startsWith('denied `');
    case 'ERR_CALL_LIMIT':
      return isBegun(said, `${call}: too `);
    case 'ERR_CALL_ARGUMENTS':
      return isBegun(said, `${call}: `);
    case 'ERR_CALL_EXPIRED':
      return isBegun(said, `${call}: the particle has expired`);
    case 'ERR_SERVICE_BUSY':
      return isBegun(said, `${call}: too many calls wait`);
    case 'ERR_HANDLER_TIMEOUT':
      return isBegun(said, `${call} gave no answer within `);
    case 'ERR_HANDLER_STOPPED':
      return isBegun(said, `${call}: the peer stops`);
    default:
      return stage === 'handler' || stage === 'result'
        ? !said.startsWith(`denied ${call}\n`) && !said.startsWith(unknown)
        : true;
  }
}

/** Names are made printable and texts are cut: beyond plain names, only a part is compared. */
const isBegun = (said: string, text: string): boolean =>
  PLAIN.test(text) ? said.startsWith(text) : said.startsWith(text.slice(0, 1));
const PLAIN = /^[ -~]{0,200}$/;

/** Longer texts are cut, and not compared. */
const COMPARED_MAX = 4000;
/** Integers that JSON.parse rounds. */
const LARGE_NUMBER = /\d{16}/;

/** Whether a text is this denial, whatever names the peer knows others by. */
function isDenialText(denial: Denial | undefined, said: string): boolean {
  if (denial === undefined) return true;
  let text: string;
  try {
    text = formatDenial(denial, peerId => `⟦${peerId}⟧`);
  } catch {
    // A guard of one's own may give a reason that has no text.
    return said.startsWith('denied `');
  }
  if (text.length > COMPARED_MAX || said.length > COMPARED_MAX || LARGE_NUMBER.test(text)) return true;
  const [wanted, found] = [text.split('\n'), said.split('\n')];
  return wanted.length === found.length && wanted.every((line, i) => isLine(line, found[i] ?? ''));
}

/** A line in which peers stand by their id, or by a name. */
function isLine(wanted: string, said: string): boolean {
  const parts = wanted.split(/⟦([^⟧]*)⟧/);
  let at = 0;
  for (let i = 0; i < parts.length; i += 2) {
    const literal = parts[i] ?? '';
    const isLast = i === parts.length - 1;
    const end = i === 0 ? 0 : isLast ? said.length - literal.length : said.indexOf(literal, at + 1);
    if (end < at || !said.startsWith(literal, end)) return false;
    if (i > 0) {
      const shown = said.slice(at, end);
      if (shown !== parts[i - 1] && publicKeyOfPeerId(shown) !== undefined) return false;
    }
    at = end + literal.length;
  }
  return at === said.length;
}
