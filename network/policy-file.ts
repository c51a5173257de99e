import { duplicateKey, twiceText } from '../base/duplicate-key.ts';
import { printable } from '../base/printable.ts';
import { compilePolicy, ServiceError, type Policy } from '../services/index.ts';
import { NetworkError } from './errors.ts';

/**
 * Reads a policy. Names of peers of a network file stand for their ids.
 *
 * @param path Its name in messages.
 * @throws {NetworkError} ERR_CLI_POLICY if it is malformed.
 */
export function parsePolicyFile(
  text: string,
  path: string,
  peers: ReadonlyMap<string, string> = new Map(),
): Policy {
  try {
    const content: unknown = JSON.parse(text);
    const twice = duplicateKey(text);
    if (twice !== undefined) throw new SyntaxError(twiceText(twice));
    return compilePolicy(withPeerIds(content, peers));
  } catch (cause) {
    if (!(cause instanceof ServiceError) && !(cause instanceof SyntaxError)) throw cause;
    throw new NetworkError('ERR_CLI_POLICY', printable(`\`${path}\`: ${cause.message}`), { path }, { cause });
  }
}

/** Levels in which names are looked for. A policy that has more is refused. */
const DEPTH_MAX = 256;

/** Where a policy names one peer, or several. */
const ONE = new Set(['peer']);
const SEVERAL = new Set(['initPeers', 'selectedBy']);

function withPeerIds(value: unknown, peers: ReadonlyMap<string, string>, key = '', depth = 0): unknown {
  if (depth > DEPTH_MAX) return value;
  if (Array.isArray(value))
    return value.map(item => withPeerIds(item, peers, SEVERAL.has(key) ? 'peer' : '', depth + 1));
  if (typeof value === 'string') return ONE.has(key) ? (peers.get(value) ?? value) : value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withPeerIds(inner, peers, name, depth + 1)]),
  );
}
