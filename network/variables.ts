import {
  AirError,
  parseUnchecked,
  undefinedVariables,
  validate,
  walk,
  type Script,
} from '../air-grammar/index.ts';
import { suggestion } from '../base/options.ts';
import { printable, shorten } from '../base/printable.ts';
import type { Json } from '../interpreter/index.ts';
import { NetworkError } from './errors.ts';
import type { NetworkFile } from './network-file.ts';

/** The name under which compiled Aqua loads its relay. */
const RELAY = '-relay-';

const KNOWN_SHOWN_MAX = 500;

/** What the scripts of a network may load by name. `peers` are ids by name. */
export function knownNames(network: NetworkFile, peers: ReadonlyMap<string, string>): Map<string, Json> {
  const relay = peers.get(network.relay ?? network.init);
  return new Map<string, Json>([
    ...(relay === undefined ? [] : [[RELAY, relay] as const]),
    ...peers,
    ...Object.entries(network.variables).map(([name, value]) => [name, withPeerIds(value, peers)] as const),
    ...Object.entries(network.data),
  ]);
}

/** The id of a peer for its name, a list of ids for a list of names; every other value as it is. */
export function withPeerIds(value: Json, peers: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') return peers.get(value) ?? value;
  if (!Array.isArray(value)) return value;
  const ids = value.map((item: unknown) => (typeof item === 'string' ? peers.get(item) : undefined));
  return ids.every(id => id !== undefined) ? ids : value;
}

/**
 * Defines the names that a script uses without defining them, as compilers of AIR do: each is loaded from the init peer with a call
 * to `getDataSrv` before the script begins.
 *
 * @param file Name of the script in diagnostics, which count its own lines.
 * @returns The script with its loads in front.
 * @throws {AirError} For a script that is not valid. @throws {NetworkError} ERR_CLI_VARIABLE for names that are not known.
 */
export function bindVariables(script: string, known: ReadonlyMap<string, Json>, file: string): string {
  const free = freeNames(script, known, file);
  const loads = free.map(name => `(call %init_peer_id% ("getDataSrv" "${name}") [] ${name})`);
  // The script may end with a comment, which would swallow a bracket on its line.
  const own = script.includes(';') ? `${script.trim()}\n` : script.trim();
  return loads.reduceRight((rest, load) => `(seq ${load}\n${rest})`, own);
}

function freeNames(script: string, known: ReadonlyMap<string, Json>, file: string): string[] {
  try {
    const tree = parseUnchecked(script);
    const free = undefinedVariables(tree);
    const missing = free.filter(({ name }) => !known.has(name));
    if (missing.length > 0) throw unknownNames(script, missing, known, file);
    // The loads define what V1 misses.
    const findings = validate(tree).filter(({ rule }) => rule !== 'V1');
    if (findings.length > 0) throw new AirError(script, findings);
    return [...new Set([...free.map(({ name }) => name), ...canonPeers(script, tree, known)])];
  } catch (failure) {
    throw failure instanceof AirError ? failure.inFile(file) : failure;
  }
}

/**
 * Names of peers that only a `canon` reads. Rule V1 does not check them, and neither does AquaVM; such a script would wait forever.
 */
function canonPeers(script: string, { root }: Script, known: ReadonlyMap<string, Json>): string[] {
  const names = new Set<string>();
  walk(root, {
    enter(instruction) {
      if (!('peer' in instruction) || instruction.kind === 'call') return;
      const { peer } = instruction;
      if (peer.kind === 'scalar' && known.has(peer.name)) names.add(peer.name);
    },
  });
  if (names.size === 0) return [];
  // A name that the script defines itself is not free: a read appended to the script shows which names are.
  const probe = `(seq ${script}\n(call %init_peer_id% ("" "") [${[...names].join(' ')}]))`;
  return undefinedVariables(parseUnchecked(probe))
    .map(({ name }) => name)
    .filter(name => names.has(name));
}

function unknownNames(
  script: string,
  missing: ReturnType<typeof undefinedVariables>,
  known: ReadonlyMap<string, Json>,
  file: string,
): NetworkError {
  const places = new AirError(
    script,
    missing.map(({ span }) => ({ code: 'ERR_AIR_VALIDATION', message: '', span })),
  ).diagnostics.map(({ line, column }, i) => `\`${missing[i]?.name}\` (${file}:${line}:${column})`);
  const more = missing.length > places.length ? `, and ${missing.length - places.length} more` : '';
  const near = suggestion(missing[0]?.name ?? '', [...known.keys()], ';');
  const names = shorten([...known.keys()].filter(name => name !== RELAY).join(', '), KNOWN_SHOWN_MAX);
  return new NetworkError(
    'ERR_CLI_VARIABLE',
    printable(
      `the script uses ${places.join(', ')}${more}, which neither it nor the network file defines${near} known are ${names}`,
    ),
    { missing: missing.map(({ name }) => name) },
  );
}
