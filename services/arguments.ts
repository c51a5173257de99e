import { freeze } from 'immer';
import type { CallRequest, JsonValue } from '../interpreter/index.ts';
import type { CallFacts } from './call-context.ts';
import type { ServiceFunction } from './define-service.ts';
import type { Denial, Reason } from './guards/denial.ts';
import type { GuardedArgument } from './guards/guard.ts';
import type { StandardSchemaV1 } from './schema.ts';
import { messageOf, oneLine } from './text.ts';

/** The arguments of one call, by name: frozen, so that the handler uses what the guards have seen. */
export interface NamedArguments {
  readonly values: Readonly<Record<string, JsonValue | undefined>>;
  readonly rest: readonly JsonValue[];
  /** One for each named argument, in the order of declaration. */
  readonly guarded: ReadonlyMap<string, GuardedArgument>;
}

/** Gives the positional arguments of a request their names. */
export function nameArguments(fn: ServiceFunction, request: CallRequest): NamedArguments {
  const values: Record<string, JsonValue | undefined> = {};
  const guarded = new Map<string, GuardedArgument>();
  for (const argument of request.arguments) freeze(argument, true);
  for (const [index, { name }] of fn.arguments.entries()) {
    const value = request.arguments[index];
    values[name] = value;
    guarded.set(name, {
      value,
      tetraplets: request.tetraplets[index] ?? [],
      elementwise: request.elementwise[index] === true,
      get origin() {
        return request.origins[index];
      },
    });
  }
  return { values, guarded, rest: request.arguments.slice(fn.arguments.length) };
}

/** Asks the schemas. Nothing if they accept, else the first mistake in one line. */
export function argumentMistake(fn: ServiceFunction, named: NamedArguments): string | undefined {
  const { rest } = named;
  if (fn.rest === undefined && rest.length > 0) {
    const most = fn.arguments.length;
    return `takes ${most} argument${most === 1 ? '' : 's'}, got ${most + rest.length}`;
  }
  for (const { name, schema } of fn.arguments) {
    const mistake = schemaMistake(schema, named.values[name]);
    if (mistake !== undefined) return `argument \`${name}\`${mistake}`;
  }
  for (const [index, value] of rest.entries()) {
    const mistake = fn.rest && schemaMistake(fn.rest, value);
    if (mistake !== undefined) return `argument ${fn.arguments.length + index}${mistake}`;
  }
  return undefined;
}

function schemaMistake(schema: StandardSchemaV1, value: unknown): string | undefined {
  try {
    const verdict = schema['~standard'].validate(value);
    if (verdict instanceof Promise) {
      verdict.catch(() => undefined);
      return ': its schema is asynchronous';
    }
    const issue = verdict.issues?.[0];
    if (verdict.issues === undefined) return undefined;
    const path = (issue?.path ?? []).map(step => String(typeof step === 'object' ? step.key : step));
    return `${path.length > 0 ? ` at \`${oneLine(path.join('.'))}\`` : ''}: ${oneLine(issue?.message ?? 'refused')}`;
  } catch (thrown) {
    return `: its schema failed: ${oneLine(messageOf(thrown))}`;
  }
}

/** Asks the guards: first about the caller, then about each argument. Tells all that is wrong, not only the first. */
export function denialOf(fn: ServiceFunction, named: NamedArguments, call: CallFacts): Denial | undefined {
  const caller = fn.caller && closed(() => fn.caller?.checkCaller(call));
  const denied: { name: string; reason: Reason }[] = [];
  for (const { name, guard } of fn.arguments) {
    const argument = named.guarded.get(name);
    if (guard === undefined || argument === undefined) continue;
    const reason = closed(() => guard.check(argument, call));
    if (reason !== undefined) denied.push({ name, reason });
  }
  if (caller === undefined && denied.length === 0) return undefined;
  const { serviceId, functionName } = call;
  return { serviceId, functionName, ...(caller !== undefined && { caller }), arguments: denied };
}

/** A guard that throws, or answers what is no answer (a promise, `false`), has not allowed anything. */
function closed(check: () => Reason | undefined): Reason | undefined {
  try {
    const reason: unknown = check();
    if (reason === undefined || isReason(reason)) return reason;
    if (reason instanceof Promise) reason.catch(() => undefined);
    return { kind: 'guard-failed', message: 'it answered neither with a reason nor with undefined' };
  } catch (thrown) {
    return { kind: 'guard-failed', message: oneLine(messageOf(thrown)) };
  }
}

function isReason(value: unknown): value is Reason {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
