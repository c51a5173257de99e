/** Rules that ask about the arguments of the call behind a value: a receipt knows only their hash. */
const FURTHER = new WeakSet<object>();

/** Marks a rule that asks further down, or is made of one that does. */
export function asksFurther<R extends object>(rule: R, parts?: readonly object[]): R {
  if (parts === undefined || parts.some(part => FURTHER.has(part))) FURTHER.add(rule);
  return rule;
}

export const isFurther = (rule: object): boolean => FURTHER.has(rule);
