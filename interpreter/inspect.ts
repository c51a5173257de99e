import { occurrences, type Instruction } from '../air-grammar/index.ts';
import { RunError, isScriptError } from './errors.ts';
import { begin } from './executor/begin.ts';
import { readCanon, readCanonMap, readScalar } from './executor/read.ts';
import type { Run } from './executor/run.ts';
import type { PrepareInput } from './params.ts';
import type { Origin } from './provenance/origin.ts';
import type { SourcedValue } from './provenance/sourced-value.ts';
import type { Tetraplet } from './provenance/tetraplet.ts';
import { scriptOf } from './script-cache.ts';
import { transition } from './transition.ts';

/** A variable as it stood at one place of a run. */
export interface SeenVariable {
  /** With its sigil. */
  readonly name: string;
  /** Canonical JSON; of a stream, the array of its elements. */
  readonly json: string;
  /** One, or one per element. */
  readonly tetraplets: readonly Tetraplet[];
  readonly elementwise: boolean;
  /** One, or one per element of a stream. */
  readonly origins: readonly Origin[];
}

/** A run, seen at one place. See {@link inspect}. */
export interface Inspection {
  /** How many acting instructions the run has begun; those of a fold once for each iteration. */
  readonly count: number;
  /** The instruction that begins next at this place; nothing at the end of the run. */
  readonly next: { readonly instruction: Instruction; readonly site: string } | undefined;
  /** Those that have a value here, in the order of their first mention. */
  readonly variables: readonly SeenVariable[];
  /** Whether nothing in the script waits any more, as far as this peer knows. Only known at the end of the run. */
  readonly isComplete: boolean;
}

/** These hold other instructions, and do nothing themselves. */
const HOLDERS: ReadonlySet<Instruction['kind']> = new Set(['seq', 'par', 'xor', 'new', 'null']);

/**
 * Runs a step again, without signing, and shows what its script held at one place: for debuggers. The input must be that of a run that
 * has happened, such as `step.input` of an observer.
 *
 * @param at How many acting instructions have begun before the place, from 0; the end of the run if left out, or if there are fewer.
 * @param from Instructions with a lower index are left out.
 * @returns Of a run that was refused: what it held when it ended.
 * @example
 * const { count } = inspect(step.input);
 * for (let at = 0; at < count; at++) console.log(inspect(step.input, at).next?.site);
 */
export function inspect(input: PrepareInput, at = Infinity, from = 0): Inspection {
  let last: Run | undefined;
  let count = 0;
  let seen: Omit<Inspection, 'count'> | undefined;
  const through: typeof begin = (run, instruction) => {
    // A run that learns something on its way is walked again from the start.
    if (run !== last) [last, count, seen] = [run, 0, undefined];
    if (instruction.index >= from && !HOLDERS.has(instruction.kind)) {
      if (count === at) {
        const next = { instruction, site: run.siteOf(instruction).key };
        seen = { next, variables: variablesOf(run, input.air, instruction), isComplete: false };
      }
      count += 1;
    }
    return begin(run, instruction);
  };
  try {
    transition(input, undefined, through);
  } catch (failure) {
    if (!(failure instanceof RunError)) throw failure;
  }
  if (last === undefined) return { count: 0, next: undefined, variables: [], isComplete: false };
  const end = scriptOf(input.air).root;
  return {
    count,
    ...(seen ?? { next: undefined, variables: variablesOf(last, input.air, end), isComplete: last.complete }),
  };
}

function variablesOf(run: Run, air: string, place: Instruction): SeenVariable[] {
  const names = new Set(occurrences(scriptOf(air)).map(({ name }) => name));
  return [...names].flatMap(name => {
    const values = valuesOf(run, name, place);
    return values === undefined ? [] : [seenVariable(name, values)];
  });
}

/** The value of a variable, or the elements of a stream. */
function valuesOf(run: Run, name: string, place: Instruction): SourcedValue | SourcedValue[] | undefined {
  if (name.startsWith('$') || name.startsWith('%')) {
    const kind = name.startsWith('$') ? 'stream' : 'streamMap';
    // Inside of the place: a `new` around it is around its own operands, too.
    const stream = run.streams.find({ kind, name, start: place.start, end: place.end } as never);
    return stream?.items().map(({ sourced }) => sourced);
  }
  const held = name.startsWith('#%')
    ? readCanonMap(run, name)
    : name.startsWith('#')
      ? readCanon(run, name)
      : readScalar(run, name);
  if (isScriptError(held)) return undefined;
  return 'whole' in held ? held.whole : held;
}

function seenVariable(name: string, values: SourcedValue | SourcedValue[]): SeenVariable {
  if (!Array.isArray(values))
    return {
      name,
      json: values.value.text,
      tetraplets: values.tetraplets,
      elementwise: values.elements !== undefined,
      origins: [values.origin],
    };
  return {
    name,
    json: `[${values.map(({ value }) => value.text).join(',')}]`,
    tetraplets: values.map(({ tetraplet }) => tetraplet),
    elementwise: true,
    origins: values.map(({ origin }) => origin),
  };
}
