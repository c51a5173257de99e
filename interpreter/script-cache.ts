import { AirError, parseToRun, type Script } from '../air-grammar/index.ts';
import { RunError } from './errors.ts';
import { onForget } from './forget.ts';
import { RecentMap } from './recent-map.ts';

/** Of all texts that a cache holds. A script whose instructions have all been reached takes some fifty bytes per character. */
const CHARACTERS_MAX = 1024 * 1024;
/** V8 hashes longer texts by their length alone: in a map they would collide. */
const MAPPED_MAX = 16 * 1024 - 1;
/**
 * Of long texts together, but the latest is kept whatever its length up to {@link CHARACTERS_MAX}: the garbage collector copies what stays
 * alive, which for several large scripts takes longer than reading one anew.
 */
const LONG_CHARACTERS_MAX = 128 * 1024;

/** Scripts parsed lately. A particle's script is the same on every run, and many particles share one. */
const short = new RecentMap<string, Script>(256, { max: CHARACTERS_MAX, of: (_, air) => air.length });
/** Long ones, the latest first. Few, so that comparing a text with all of them takes little beside parsing it. */
let long: Script[] = [];

onForget(() => {
  short.clear();
  long = [];
});

/** @throws {RunError} 1 with all diagnostics if the script is not valid. */
export function scriptOf(air: string): Script {
  return air.length <= MAPPED_MAX ? shortScriptOf(air) : longScriptOf(air);
}

function longScriptOf(air: string): Script {
  if (long[0]?.text === air) return long[0];
  const script = long.find(({ text }) => text === air) ?? parseOrRefuse(air);
  const others = long.filter(other => other !== script);
  long = air.length > CHARACTERS_MAX ? [] : [script];
  let characters = air.length;
  for (const other of others) {
    characters += other.text.length;
    if (characters > LONG_CHARACTERS_MAX) break;
    long.push(other);
  }
  return script;
}

function shortScriptOf(air: string): Script {
  const known = short.get(air);
  if (known !== undefined) return known;
  const script = parseOrRefuse(air);
  short.set(air, script);
  return script;
}

function parseOrRefuse(air: string): Script {
  try {
    return parseToRun(air);
  } catch (failure) {
    if (failure instanceof AirError) {
      throw new RunError('airParse', `air can't be parsed:\n${failure.message}`, { code: failure.code });
    }
    throw failure;
  }
}
