import { z } from 'zod';

/**
 * An object whose keys are names that somebody chose. Unlike `z.record` it keeps every name, `__proto__` too; names of what objects inherit,
 * such as `constructor`, are names like others.
 *
 * @example recordOf(z.string().min(1), z.number()).parse({ alice: 1 })
 */
export function recordOf<Value>(
  name: z.ZodType<string>,
  value: z.ZodType<Value>,
): z.ZodType<Readonly<Record<string, Value>>> {
  return z.unknown().transform((given, context) => {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      context.addIssue({
        code: 'custom',
        message: 'Invalid input: expected an object with a value for each name',
      });
      return z.NEVER;
    }
    const read: [name: string, value: Value][] = [];
    for (const [key, item] of Object.entries(given) as [string, unknown][]) {
      const [named, valued] = [name.safeParse(key), value.safeParse(item)];
      for (const { issues } of [named.error ?? NO_ISSUES, valued.error ?? NO_ISSUES]) {
        for (const issue of issues)
          context.addIssue({ code: 'custom', message: issue.message, path: [key, ...issue.path] });
      }
      if (named.success && valued.success) read.push([named.data, valued.data]);
    }
    // Unlike an assignment, this makes own properties of all names.
    return Object.fromEntries(read);
  });
}

const NO_ISSUES = { issues: [] } as const;
