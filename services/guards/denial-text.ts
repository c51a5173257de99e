import { counted } from '../../base/counted.ts';
import { assertNever } from '../../base/assert.ts';
import type { Tetraplet } from '../../interpreter/index.ts';
import { oneLine } from '../text.ts';
import type { Denial, ExpectedOrigin, OriginStep, Reason, RuleDenial } from './denial.ts';

/** A peer's name for readers, or `undefined`; the id is shown then. */
export type NameOf = (peerId: string) => string | undefined;

/**
 * The denial as text: what was expected, what was found, and what to change. Peers in full, unless `nameOf` knows a name: a
 * stranger must be able to compare.
 *
 * @example if (decision.kind === 'denied') console.log(formatDenial(decision.denial, id => contacts.get(id)));
 */
export function formatDenial(denial: Denial, nameOf: NameOf = () => undefined): string {
  const show = (peerId: string): string => oneLine(nameOf(peerId) ?? peerId);
  const lines = [`denied \`${oneLine(denial.serviceId)}.${oneLine(denial.functionName)}\``];
  if (denial.caller !== undefined) write('caller', denial.caller, 1, lines, show);
  for (const { name, reason } of denial.arguments) write(`argument \`${name}\``, reason, 1, lines, show);
  for (const rule of denial.policy ?? []) writeRule(rule, lines, show);
  return lines.join('\n');
}

function writeRule(
  { rule, because, caller, arguments: denials }: RuleDenial,
  lines: string[],
  show: (id: string) => string,
): void {
  lines.push(`  policy rule \`${oneLine(rule)}\`${because === undefined ? '' : `: ${oneLine(because)}`}`);
  if (caller !== undefined) write('caller', caller, 2, lines, show);
  for (const { name, reason } of denials) write(`argument \`${oneLine(name)}\``, reason, 2, lines, show);
}

/** A custom guard may give a reason that has no text, and `nameOf` may throw: the call stays denied in both cases. */
export function denialText(denial: Denial, nameOf: NameOf | undefined): string {
  try {
    return formatDenial(denial, nameOf);
  } catch {
    return formatDenial({ ...denial, caller: { kind: 'guard-failed', message: '' }, arguments: [] });
  }
}

interface Explanation {
  /** Completes the sentence that begins with the subject. */
  readonly says: string;
  /** The way down, one step a line. */
  readonly through?: readonly string[];
  readonly expected?: string;
  readonly found?: string;
  readonly hint?: string | undefined;
  readonly parts?: readonly (readonly [subject: string, reason: Reason])[];
  readonly more?: number;
}

function write(
  subject: string,
  reason: Reason,
  depth: number,
  lines: string[],
  show: (id: string) => string,
): void {
  const { says, through = [], expected, found, hint, parts = [], more = 0 } = explain(reason, show);
  const indent = '  '.repeat(depth);
  lines.push(`${indent}${subject}${subject === '' ? '' : ' '}${says}`);
  for (const step of through) lines.push(`${indent}  through  ${step}`);
  if (expected !== undefined) lines.push(`${indent}  expected ${expected}`);
  if (found !== undefined) lines.push(`${indent}  found    ${found}`);
  if (hint !== undefined) lines.push(`${indent}  hint     ${hint}`);
  for (const [part, why] of parts) write(part, why, depth + 1, lines, show);
  if (more > 0) lines.push(`${indent}  and ${more} more`);
}

type ReasonOf<Kind extends Reason['kind']> = Extract<Reason, { kind: Kind }>;
type Explain<Kind extends Reason['kind']> = (
  reason: ReasonOf<Kind>,
  show: (peerId: string) => string,
) => Explanation;

/** What each kind of reason says. A kind without a row does not compile. */
const EXPLANATIONS: { readonly [Kind in Reason['kind']]: Explain<Kind> } = {
  origin: (reason, show) => ({
    says: 'has the wrong origin',
    expected: quoteTetraplet(reason.expected, show),
    found: quoteTetraplet(reason.found, show),
    hint: originHint(reason.expected, reason.found),
  }),
  'no-origin': (reason, show) => ({
    says: 'has no origin',
    ...(reason.expected && { expected: quoteTetraplet(reason.expected, show) }),
    hint: 'pass a value; an argument that is left out or empty has no origin',
  }),
  'many-origins': (reason, show) => ({
    says: `is a whole canon, with an origin per element (${reason.count})`,
    ...(reason.expected && { expected: quoteTetraplet(reason.expected, show) }),
    hint: 'pass one element instead of the whole canon',
  }),
  'not-a-canon': () => ({
    says: 'is not a canon stream',
    hint: 'canonicalise the stream and pass the whole canon',
  }),
  'not-literal': (reason, show) => ({
    says: 'is not a literal',
    ...(reason.of !== undefined && { expected: `a literal of ${show(reason.of)}` }),
    found: quoteTetraplet(reason.found, show),
    hint: 'write the value into the script',
  }),
  'no-call': (reason, show) => ({
    says: 'is not the answer of a call',
    found: quoteTetraplet(reason.found, show),
    hint: 'pass the answer itself, not a value that the script wrote or composed, nor an error',
  }),
  'no-record': (reason, show) => ({
    says: 'has no signed record behind it',
    found: quoteTetraplet(reason.found, show),
  }),
  whose: (reason, show) => ({
    says: 'comes from a call with a disallowed argument',
    parts: [[stepText(reason.step, show), reason.reason]],
  }),
  derived: (reason, show) => explainDerived(reason, show),
  'too-many-origins': reason => ({
    says: `has more origins than the limit of ${grouped(reason.max)}`,
    hint: 'pass what was computed in fewer steps, or from fewer values',
  }),
  selected: (reason, show) => ({
    says: 'was selected by the wrong peer',
    expected: reason.expected.map(show).join(' or '),
    found: reason.found
      .map(peer => (peer === '*' ? 'an unknown peer, or more than 64' : show(peer)))
      .join(', '),
    hint: 'pass the value itself, or have one of the expected peers make the canon or the key',
  }),
  value: reason => ({
    says: 'has the wrong value',
    expected: reason.expected.map(text => oneLine(text)).join(' or '),
    found: oneLine(reason.found),
  }),
  caller: (reason, show) => ({
    says: 'is another peer',
    expected: reason.expected.map(show).join(' or '),
    found: show(reason.found),
  }),
  management: (reason, show) => ({
    says: 'may not use a management function',
    expected: `${show(reason.owner)} (owner), or a peer named by an access rule`,
    found: show(reason.found),
  }),
  'access-rule': (reason, show) => ({
    says: `is refused by access rule ${reason.rule}`,
    found: show(reason.found),
    ...(reason.because !== undefined && { hint: oneLine(reason.because) }),
  }),
  receipt: reason => ({
    says: `has a receipt that does not count: ${oneLine(reason.why)} (${oneLine(reason.code)})`,
    hint: 'pass what provenValue(…) gives, as it is',
  }),
  'receipt-of': (reason, show) => ({
    says: 'has a receipt of a particle of another init peer',
    expected: reason.expected.map(show).join(' or '),
    found: show(reason.found),
  }),
  'not-allowed': (reason, show) => ({ says: 'is not allowed by any access rule', found: show(reason.found) }),
  'too-old': reason => ({
    says: 'comes with a particle that is too old',
    expected: `at most ${grouped(reason.maxAgeMs)} ms`,
    found: `${grouped(Math.max(0, Math.floor(reason.ageMs)))} ms`,
    hint: 'start a new particle',
  }),
  rate: reason => ({ says: 'calls too often', hint: `try again in ${grouped(reason.retryAfterMs)} ms` }),
  uncovered: () => ({ says: 'may not use a function that no rule of the policy covers' }),
  'no-such-argument': () => ({ says: 'does not exist in this version of the service' }),
  custom: reason => ({ says: oneLine(reason.text) }),
  'guard-failed': () => ({ says: 'could not be checked: its guard failed' }),
  'all-of': reason => ({
    says: 'breaks several rules',
    parts: reason.reasons.map(part => ['', part] as const),
  }),
  'any-of': reason => ({
    says: 'satisfies no alternative',
    parts: reason.reasons.map(part => ['', part] as const),
  }),
  each: reason => ({
    says: 'has denied elements',
    parts: reason.elements.map(({ index, reason: why }) => [`element ${index}`, why] as const),
    more: reason.more,
  }),
};

function explain<Kind extends Reason['kind']>(
  reason: ReasonOf<Kind> & { readonly kind: Kind },
  show: (peerId: string) => string,
): Explanation {
  const { kind } = reason;
  // A custom guard may give an unknown kind, or one that every object inherits.
  return Object.hasOwn(EXPLANATIONS, kind)
    ? EXPLANATIONS[kind](reason, show)
    : assertNever(kind as never, 'reason of a denial');
}

/** The last step names what is denied; the steps before it lead there. */
function explainDerived(
  { steps, skipped, reason }: Extract<Reason, { kind: 'derived' }>,
  show: (id: string) => string,
): Explanation {
  const told = steps.map(step => stepText(step, show));
  const culprit = told.pop() ?? 'it';
  return {
    says: 'is derived from something else',
    through: skipped > 0 ? [counted(skipped, 'more call'), ...told] : told,
    parts: [[culprit, reason]],
  };
}

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth'];

function stepText(step: OriginStep, show: (id: string) => string): string {
  if ('part' in step) return `${numbered(step.part, 'part')} of what the script put together`;
  const { peerId, serviceId, functionName } = step.of;
  return `${numbered(step.argument, 'argument')} of (${show(peerId)}, ${quotePart(serviceId)}, ${quotePart(functionName)})`;
}

function numbered(index: number, what: string): string {
  const ordinal = ORDINALS[index];
  return ordinal === undefined ? `${what} number ${index + 1}` : `${ordinal} ${what}`;
}

/** What a stranger can do about it, where the two tetraplets do not say it themselves. */
function originHint(expected: ExpectedOrigin, found: Tetraplet): string | undefined {
  const call = `\`${oneLine(expected.serviceId)}.${oneLine(expected.functionName)}\``;
  if (found.serviceId === '')
    return `pass the result of ${call}, not a value that the script wrote or composed`;
  const sameCall =
    found.peerId === expected.peerId &&
    found.serviceId === expected.serviceId &&
    found.functionName === expected.functionName;
  if (!sameCall) return undefined;
  if (found.getter.startsWith(':error:')) return `the call of ${call} failed; its error is not its answer`;
  if (expected.getter === undefined) return undefined;
  if (expected.getter === '') return 'take the whole result, not a part of it';
  return `take the field \`${oneLine(expected.getter)}\` of the same result`;
}

function quoteTetraplet(origin: ExpectedOrigin, show: (id: string) => string): string {
  const { peerId, serviceId, functionName, getter } = origin;
  const part = getter === undefined ? 'any part' : quotePart(getter);
  return `(${show(peerId)}, ${quotePart(serviceId)}, ${quotePart(functionName)}, ${part})`;
}

/** As it stands if that cannot be misread; in quotes if it is empty, or could pose as two parts. */
function quotePart(part: string): string {
  const line = oneLine(part);
  return /^[^\s,()'"`]+$/u.test(line) ? line : `'${line}'`;
}

/** 100 000 and not 100000. */
const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
