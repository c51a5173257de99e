import { z } from 'zod';
import { canonicalJson } from '../../interpreter/index.ts';
import { defineService } from '../define-service.ts';
import type { ServiceDefinition } from '../define-service.ts';
import { fail } from '../result.ts';
import { add, numeric } from './integers.ts';
import type { Numeric } from './integers.ts';
import { losslessArray, okLossless } from './lossless.ts';
import type { Json } from './lossless.ts';

/** `array`: lists, and lists as sets. Elements are equal if their canonical texts are; the order of the first list is kept. */
export function array(): ServiceDefinition<undefined> {
  const list = z.array(z.unknown());
  const index = z.int().min(0);
  /** A set operation: which elements stay, after repetitions are gone. */
  const setOperation = (combine: (x: ElementSet, y: ElementSet) => readonly Json[]) => ({
    arguments: { x: list, y: list },
    guards: {},
    handler: (_: unknown, call: { readonly argumentsJson: string }) =>
      okLossless(combine(elementSet(losslessArray(call, 0)), elementSet(losslessArray(call, 1)))),
  });
  return defineService({
    id: 'array',
    functions: {
      sum: {
        arguments: { numbers: z.array(numeric()) },
        guards: {},
        handler({ numbers }) {
          let sum: Numeric = 0;
          for (const number of numbers) {
            const next = add(sum, number);
            if (next === undefined) return fail('i64 add overflow');
            sum = next;
          }
          return sum;
        },
      },
      dedup: {
        arguments: { list },
        guards: {},
        handler: (_, call) => okLossless([...elementSet(losslessArray(call, 0)).values()]),
      },
      intersect: setOperation((x, y) => except(x, key => !y.has(key))),
      diff: setOperation((x, y) => except(x, key => y.has(key))),
      sdiff: setOperation((x, y) => [...except(x, key => y.has(key)), ...except(y, key => x.has(key))]),
      slice: {
        arguments: { list, start: index, end: index },
        guards: {},
        handler(args, call) {
          const { start, end } = args;
          const { length } = args.list;
          if (length === 0) return [];
          if (start > end || end > length) {
            return fail(
              `slice indexes out of bounds. start index: ${start}, end index: ${end}, array length: ${length}`,
            );
          }
          return okLossless(losslessArray(call, 0).slice(start, end));
        },
      },
      length: { arguments: { list }, guards: {}, handler: args => args.list.length },
    },
  });
}

/** First occurrences by canonical text. */
type ElementSet = ReadonlyMap<string, Json>;

function elementSet(elements: readonly Json[]): ElementSet {
  const set = new Map<string, Json>();
  for (const element of elements) {
    const key = canonicalJson(element);
    if (!set.has(key)) set.set(key, element);
  }
  return set;
}

function except(set: ElementSet, leaves: (key: string) => boolean): Json[] {
  return [...set].filter(([key]) => !leaves(key)).map(([, element]) => element);
}
