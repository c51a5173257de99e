import { ARGUMENTS_DEPTH_MAX, canonicalJson, parseJson } from '../../interpreter/index.ts';
import type { CallContext } from '../call-context.ts';
import { okJson } from '../result.ts';
import type { OkJson } from '../result.ts';

/** A JSON value that has lost nothing: `1.0` and `1` differ, integers have 64 bits. Opaque here: passed on, never computed with. */
export type Json = ReturnType<typeof parseJson>;

type Call = Pick<CallContext<undefined, string>, 'argumentsJson'>;

/** The arguments by position, for functions that pass values on. */
export function losslessArguments(call: Call): readonly Json[] {
  return parseJson(call.argumentsJson, ARGUMENTS_DEPTH_MAX) as readonly Json[];
}

/** The elements of the array at `position`, which the schema has accepted as one. */
export function losslessArray(call: Call, position: number): readonly Json[] {
  return losslessArguments(call)[position] as readonly Json[];
}

/** The entries of the object at `position`, which the schema has accepted as one. */
export function losslessEntries(call: Call, position: number): [key: string, value: Json][] {
  return Object.entries(losslessArguments(call)[position] as Readonly<Record<string, Json>>);
}

export function okLossless(json: Json): OkJson {
  return okJson(canonicalJson(json));
}
