import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { mistakeText } from '../../../base/misspelt.ts';
import { recordOf } from '../../../base/record.ts';

const choice = z.union([z.strictObject({ first: z.string() }), z.strictObject({ second: z.string() })]);
const schema = z.strictObject({
  metrics: z.string().optional(),
  log: z.strictObject({ level: z.string().default('info') }).prefault({}),
  rows: z.array(z.strictObject({ service: z.string().optional() })).optional(),
  named: z.record(z.string(), z.strictObject({ seed: z.string().optional() })).optional(),
  kept: recordOf(z.string(), z.strictObject({ policy: z.string().optional() })).optional(),
  late: z.lazy(() => z.strictObject({ later: z.string().optional() })).optional(),
});

const mistakeOf = (value: unknown): string => {
  const [issue] = schema.safeParse(value).error?.issues ?? [];
  return issue === undefined ? '' : mistakeText(schema, issue);
};

describe('mistakeText', () => {
  it.each<[unknown, string]>([
    [{ metrcs: 'off' }, 'Unrecognized key: "metrcs"; did you mean `metrics`?'],
    [{ log: { levle: 'info' } }, 'Unrecognized key: "levle"; did you mean `level`?'],
    [{ rows: [{}, { servce: 's' }] }, 'Unrecognized key: "servce"; did you mean `service`?'],
    [{ named: { a: { sede: '' } } }, 'Unrecognized key: "sede"; did you mean `seed`?'],
    [{ kept: { a: { polcy: '' } } }, 'Unrecognized key: "polcy"; did you mean `policy`?'],
    [{ late: { latr: '' } }, 'Unrecognized key: "latr"; did you mean `later`?'],
    [{ colour: 'red' }, 'Unrecognized key: "colour"'],
    // A key of another place is not what was meant here.
    [{ log: { metrcs: 'off' } }, 'Unrecognized key: "metrcs"'],
  ])('%j', (value, text) => expect(mistakeOf(value)).toBe(text));

  it('cuts a key that is very long', () =>
    expect(mistakeOf({ ['x'.repeat(100_000)]: 1 }).length).toBeLessThan(1000));

  it('leaves other mistakes as they are', () =>
    expect(mistakeOf({ metrics: 5 })).toMatch(/^Invalid input: expected string/u));

  it('knows the keys of all members of a union', () => {
    const issue = { code: 'unrecognized_keys', keys: ['secnd'], path: [], message: 'Unknown' } as const;
    expect(mistakeText(choice, issue as unknown as z.core.$ZodIssue)).toBe('Unknown; did you mean `second`?');
  });
});
