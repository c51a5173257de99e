import { freeze } from 'immer';
import { ARGUMENTS_DEPTH_MAX, canonicalJson, parseJson } from '../interpreter/index.ts';
import type { CallRequest, Json, JsonValue, Origin } from '../interpreter/index.ts';
import type { CallFacts } from './call-context.ts';
import type { ServiceFunction } from './define-service.ts';
import type { GuardMode } from './guard-mode.ts';
import { closed } from './guards/closed.ts';
import type { Denial, Reason } from './guards/denial.ts';
import type { GuardedArgument } from './guards/guard.ts';
import { withNotes } from './guards/monitor.ts';
import { schemaMistake } from './schema-mistake.ts';

/** The arguments of one call, by name: read once and frozen, so that the handler uses what the guards have seen. */
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
  const given = freeze([...request.arguments], true);
  const tetraplets = freeze([...request.tetraplets], true);
  const { argumentsJson, elementwise: isElementwise } = request;
  // The interpreter builds them at the first access.
  let origins: readonly Origin[] | undefined;
  let lossless: readonly Json[] | undefined;
  for (const [index, { name }] of fn.arguments.entries()) {
    const value = given[index];
    values[name] = value;
    guarded.set(name, {
      value,
      tetraplets: tetraplets[index] ?? [],
      elementwise: isElementwise[index] === true,
      get origin() {
        origins ??= request.origins;
        return origins[index];
      },
      get valueJson() {
        if (index >= given.length) return undefined;
        lossless ??= parseJson(argumentsJson, ARGUMENTS_DEPTH_MAX) as readonly Json[];
        return canonicalJson(lossless[index] ?? null);
      },
    });
  }
  return { values: freeze(values), guarded, rest: freeze(given.slice(fn.arguments.length)) };
}

/** Checks the arguments against their schemas. Returns `undefined` if all accept, else the first mistake in one line. */
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

/** The verdict of a call's guards: what denies the call, and what is only noted. */
export interface GuardVerdict {
  readonly denial: Denial | undefined;
  readonly noted: Denial | undefined;
}

/**
 * Runs the guards: first the caller rule, then one per argument. Returns all violations, not only the first.
 *
 * The `caller` rule of a management function denies in every mode.
 */
export function askGuards(
  fn: ServiceFunction,
  named: NamedArguments,
  call: CallFacts,
  mode: GuardMode,
): GuardVerdict {
  const denied = new DenialDraft(call);
  const noted = new DenialDraft(call);
  const ask = (guardMode: GuardMode, name: string | undefined, check: () => Reason | undefined): void => {
    if (guardMode === 'off') return;
    const { verdict, notes } = withNotes(call, () => closed(check));
    for (const note of notes) noted.add(name, note);
    if (verdict !== undefined) (guardMode === 'enforce' ? denied : noted).add(name, verdict);
  };

  const { caller } = fn;
  if (caller !== undefined) ask(fn.management ? 'enforce' : mode, undefined, () => caller.checkCaller(call));
  for (const { name, guard } of fn.arguments) {
    const argument = named.guarded.get(name);
    if (guard !== undefined && argument !== undefined) ask(mode, name, () => guard.check(argument, call));
  }
  return { denial: denied.done, noted: noted.done };
}

class DenialDraft {
  readonly #call: CallFacts;
  readonly #arguments: { name: string; reason: Reason }[] = [];
  #caller: Reason | undefined;

  constructor(call: CallFacts) {
    this.#call = call;
  }

  /** @param name Of the argument; `undefined` for the caller. */
  add(name: string | undefined, reason: Reason): void {
    if (name === undefined) this.#caller = reason;
    else this.#arguments.push({ name, reason });
  }

  get done(): Denial | undefined {
    const caller = this.#caller;
    if (caller === undefined && this.#arguments.length === 0) return undefined;
    const { serviceId, functionName } = this.#call;
    return { serviceId, functionName, ...(caller && { caller }), arguments: this.#arguments };
  }
}
