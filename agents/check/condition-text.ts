import type { ArgumentCondition } from '../../services/index.ts';

/** More alternatives are not listed. */
const SHOWN_MAX = 6;

/** What a condition wants, for the author of a plan: completes "the value must be …". */
export function conditionText(condition: ArgumentCondition): string {
  if ('anyOf' in condition) return listed(condition.anyOf.map(conditionText), ' or ');
  if ('allOf' in condition) return listed(condition.allOf.map(conditionText), ' and ');
  if ('value' in condition) return `one of ${JSON.stringify(condition.value)}`;
  if ('each' in condition) return `a list of which each element is ${conditionText(condition.each)}`;
  if ('literal' in condition)
    return condition.literal === true
      ? 'written in the plan itself'
      : `one of ${JSON.stringify(condition.literal)}, written in the plan itself`;
  if ('from' in condition) {
    const { service, function: fn, getter = '', anyPart, whose = {} } = condition.from;
    const part = anyPart === true ? 'any part of' : getter === '' ? 'the whole of' : `\`${getter}\` of`;
    const below = Object.entries(whose).map(
      ([index, inner]) => `, whose argument ${Number(index) + 1} is ${conditionText(inner)}`,
    );
    return `${part} the result of \`${service}.${fn}\`${below.join('')}`;
  }
  if ('derivedOnlyFrom' in condition)
    return `computed from nothing but values that are ${listed(condition.derivedOnlyFrom.map(conditionText), ' or ')}`;
  return 'selected by a peer that the policy names';
}

function listed(texts: readonly string[], between: string): string {
  const shown = texts.slice(0, SHOWN_MAX);
  const more = texts.length > shown.length ? [`${texts.length - shown.length} more`] : [];
  return [...shown, ...more].join(between);
}
