import { z } from 'zod';
import { mistakeText } from './misspelt.ts';

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
      for (const [schema, { error }] of [
        [name, named],
        [value, valued],
      ] as const) {
        for (const issue of error?.issues ?? [])
          context.addIssue({
            code: 'custom',
            message: mistakeText(schema, issue),
            path: [key, ...issue.path],
          });
      }
      if (named.success && valued.success) read.push([named.data, valued.data]);
    }
    // Unlike an assignment, this makes own properties of all names.
    return Object.fromEntries(read);
  });
}
