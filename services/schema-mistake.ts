import { abandon, isThenable } from './promises.ts';
import type { SchemaIssue, StandardSchemaV1 } from './schema.ts';
import { messageOf, oneLine } from './text.ts';

/**
 * Checks a value against a schema. Returns `undefined` if it accepts, else the first mistake, to stand behind a name. A schema that
 * answers later, or against the standard, counts as a refusal.
 *
 * @example
 * schemaMistake(z.number(), 'one'); // a text that says what was expected
 */
export function schemaMistake(schema: StandardSchemaV1, value: unknown): string | undefined {
  try {
    const verdict: unknown = schema['~standard'].validate(value);
    if (isThenable(verdict)) {
      abandon(verdict);
      return ': its schema is asynchronous';
    }
    const { issues } = verdict as { issues?: readonly SchemaIssue[] };
    if (issues === undefined) {
      return 'value' in (verdict as object) ? undefined : ': its schema gave no verdict';
    }
    const issue = issues?.[0];
    const path = [...(issue?.path ?? [])].map(step => String(typeof step === 'object' ? step.key : step));
    const message: unknown = issue?.message;
    return `${path.length > 0 ? ` at \`${oneLine(path.join('.'))}\`` : ''}: ${oneLine(typeof message === 'string' ? message : 'refused')}`;
  } catch (thrown) {
    return `: its schema failed: ${oneLine(messageOf(thrown))}`;
  }
}
