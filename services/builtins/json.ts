import { z } from 'zod';
import { JsonError, canonicalJson, parseJson } from '../../interpreter/index.ts';
import { defineService } from '../define-service.ts';
import type { ServiceDefinition } from '../define-service.ts';
import { fail } from '../result.ts';
import type { Fail, OkJson } from '../result.ts';
import { oneLine } from '../text.ts';
import { losslessArguments, losslessArray, losslessEntries, okLossless } from './lossless.ts';
import type { Json } from './lossless.ts';

type Entry = readonly [key: string, value: Json];

/** `json`: objects built, changed, read and written. Numbers keep their form. Of equal keys the last one counts. */
export function json(): ServiceDefinition<undefined> {
  const anything = z.unknown();
  const object = z.record(z.string(), anything);
  const pairs = z.array(z.tuple([z.string(), anything]));
  return defineService({
    id: 'json',
    functions: {
      obj: {
        arguments: {},
        rest: anything,
        guards: {},
        handler: (_, call) => withEntries([], losslessArguments(call)),
      },
      put: {
        arguments: { object, key: z.string(), value: anything },
        guards: {},
        handler: (_, call) => withEntries(losslessEntries(call, 0), losslessArguments(call).slice(1)),
      },
      puts: {
        arguments: { object, key: z.string(), value: anything },
        rest: anything,
        guards: {},
        handler: (_, call) => withEntries(losslessEntries(call, 0), losslessArguments(call).slice(1)),
      },
      obj_pairs: {
        arguments: { pairs },
        guards: {},
        handler: (_, call) => objectOf(losslessArray(call, 0) as unknown as readonly Entry[]),
      },
      puts_pairs: {
        arguments: { object, pairs },
        guards: {},
        handler: (_, call) =>
          objectOf([...losslessEntries(call, 0), ...(losslessArray(call, 1) as unknown as readonly Entry[])]),
      },
      parse: {
        arguments: { text: z.string() },
        guards: {},
        handler({ text }) {
          try {
            return okLossless(parseJson(text));
          } catch (error) {
            if (!(error instanceof JsonError)) throw error;
            return fail(`error parsing json ${oneLine(text)}: ${error.message}`);
          }
        },
      },
      stringify: {
        arguments: { value: anything },
        guards: {},
        handler: (_, call) => canonicalJson(losslessArguments(call)[0] ?? null),
      },
    },
  });
}

/** `flat`: key, value, key, value, … */
function withEntries(entries: readonly Entry[], flat: readonly Json[]): OkJson | Fail {
  if (flat.length % 2 !== 0) return fail(`expected a value for each key, got ${flat.length} keys and values`);
  const added: Entry[] = [];
  for (let at = 0; at < flat.length; at += 2) {
    const key = flat[at];
    if (typeof key !== 'string') {
      return fail(`all keys must be of type string, found ${oneLine(canonicalJson(key ?? null))}`);
    }
    added.push([key, flat[at + 1] ?? null]);
  }
  return objectOf([...entries, ...added]);
}

/** `fromEntries` defines own properties, `__proto__` too: no key of a script can reach a prototype. */
function objectOf(entries: readonly Entry[]): OkJson {
  return okLossless(Object.fromEntries(entries));
}
