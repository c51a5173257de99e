import { AirError, parse, type Script } from '../air-grammar/index.ts';
import { RunError } from './errors.ts';
import { RecentMap } from './recent-map.ts';

/**
 * Scripts parsed lately. A particle's script is the same on every run, and many particles share one. A tree takes some fifty bytes
 * per character of its text.
 */
const recent = new RecentMap<string, Script>(256, {
  max: 1024 * 1024,
  of: (_, air) => air.length,
});

/** @throws {RunError} 1 with all diagnostics if the script is not valid. */
export function scriptOf(air: string): Script {
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
