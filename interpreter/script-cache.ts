import { AirError, parse, type Script } from '../air-grammar/index.ts';
import { RunError } from './errors.ts';
import { onForget } from './forget.ts';
import { RecentMap } from './recent-map.ts';

/** A tree takes some fifty bytes per character of its text. */
const CHARACTERS_MAX = 1024 * 1024;

/** Scripts parsed lately. A particle's script is the same on every run, and many particles share one. */
const recent = new RecentMap<string, Script>(256, { max: CHARACTERS_MAX, of: (_, air) => air.length });

/**
 * Of long scripts the last one only: the garbage collector copies what stays alive, which for several large trees takes about as long as
 * making one anew. The text is compared with that one alone; V8 hashes long texts by their length.
 */
const LONG = 64 * 1024;
let lastLong: Script | undefined;

onForget(() => {
  recent.clear();
  lastLong = undefined;
});

/** @throws {RunError} 1 with all diagnostics if the script is not valid. */
export function scriptOf(air: string): Script {
  return air.length < LONG ? shortScriptOf(air) : longScriptOf(air);
}

function longScriptOf(air: string): Script {
  if (lastLong?.text === air) return lastLong;
  const script = parseOrRefuse(air);
  lastLong = air.length > CHARACTERS_MAX ? undefined : script;
  return script;
}

function shortScriptOf(air: string): Script {
  const known = recent.get(air);
  if (known !== undefined) return known;
  const script = parseOrRefuse(air);
  recent.set(air, script);
  return script;
}

function parseOrRefuse(air: string): Script {
  try {
    return parse(air);
  } catch (failure) {
    if (failure instanceof AirError) {
      throw new RunError('airParse', `air can't be parsed:\n${failure.message}`, { code: failure.code });
    }
    throw failure;
  }
}
