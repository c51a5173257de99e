import { parse, parseUnchecked, undefinedVariables } from '../air-grammar/index.ts';
import type { JsonValue } from '../interpreter/index.ts';
import { CliError } from './errors.ts';

export interface BoundScript {
  /** The script with its variables loaded in front. */
  readonly air: string;
  /** What `getDataSrv` answers, by name. */
  readonly data: Readonly<Record<string, JsonValue>>;
}

/**
 * Defines the names that a script uses without defining them, as compilers of AIR do: each is loaded from the init peer with a call
 * to `getDataSrv` before the script begins.
 *
 * @throws {AirError} For a script that is not valid. @throws {CliError} ERR_CLI_VARIABLE for names that nobody knows.
 */
export function bindVariables(script: string, known: ReadonlyMap<string, JsonValue>): BoundScript {
  const free = undefinedVariables(parseUnchecked(script)).map(({ name }) => name);
  const missing = free.filter(name => !known.has(name));
  if (missing.length > 0) {
    const names = [...known.keys()].join(', ');
    throw new CliError(
      'ERR_CLI_VARIABLE',
      `the script uses ${missing.map(name => `\`${name}\``).join(', ')}, which neither it nor the network file defines; known are ${names}`,
      { missing },
    );
  }
  const loads = free.map(name => `(call %init_peer_id% ("getDataSrv" "${name}") [] ${name})`);
  const air = loads.reduceRight((rest, load) => `(seq ${load}\n${rest})`, script.trim());
  parse(air);
  return {
    air,
    data: Object.fromEntries(free.map(name => [name, known.get(name) as JsonValue])),
  };
}
