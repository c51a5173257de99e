import type { z } from 'zod';
import { suggestion } from './options.ts';
import { shorten } from './printable.ts';

type Schema = z.core.$ZodType;

/** UTF-16 units of a message, which quotes what a stranger wrote. */
const MESSAGE_MAX = 400;

/**
 * What a schema found wrong, with the key that was probably meant.
 *
 * @param path Where the mistake is, from the schema; the path of the issue if left out.
 * @example mistakeText(config, { code: 'unrecognized_keys', keys: ['metrcs'], … }) // 'Unrecognized key: "metrcs"; did you mean `metrics`?'
 */
export const mistakeText = (
  schema: Schema,
  issue: z.core.$ZodIssue,
  path: readonly PropertyKey[] = issue.path,
): string =>
  issue.code === 'unrecognized_keys'
    ? `${shorten(issue.message, MESSAGE_MAX)}${suggestion(issue.keys[0] ?? '', [...new Set(keysAt(schema, path))], '')}`
    : shorten(issue.message, MESSAGE_MAX);

/** Keys that an object may have at a place; of a union, those of all its members. */
function keysAt(schema: Schema, [step, ...rest]: readonly PropertyKey[]): string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const path = step === undefined ? [] : [step, ...rest];
  switch (def.type) {
    case 'object': {
      if (step === undefined) return Object.keys(def.shape);
      const inner = Object.hasOwn(def.shape, step) ? def.shape[String(step)] : undefined;
      return inner === undefined ? [] : keysAt(inner, rest);
    }
    case 'array':
      return keysAt(def.element, rest);
    case 'record':
      return keysAt(def.valueType, rest);
    case 'union':
      return def.options.flatMap(option => keysAt(option, path));
    case 'lazy':
      return keysAt(def.getter(), path);
    case 'pipe':
      return keysAt(def.in, path);
    case 'optional':
    case 'default':
    case 'prefault':
      return keysAt(def.innerType, path);
    default:
      return [];
  }
}
