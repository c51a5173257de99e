import { z } from 'zod';

/** An optional argument as compiled scripts pass it: left out, `[]`, `[value]`, or the value itself. */
export const optional = <Schema extends z.ZodType<string | number | boolean>>(schema: Schema) =>
  z.union([schema, z.tuple([]), z.tuple([schema])]).optional();

/** The value of an optional argument. */
export function given<Value extends string | number | boolean>(
  argument: Value | readonly Value[] | undefined,
): Value | undefined {
  return typeof argument === 'object' ? argument[0] : argument;
}
