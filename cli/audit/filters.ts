import type { OpenRecording } from '../../audit/index.ts';
import { suggestion } from '../../base/options.ts';
import { printable } from '../../base/printable.ts';
import { CliError } from '../errors.ts';

/**
 * A peer that was named on the command line: an id, a name of the trust file, which stands for its id, or a name that a recording gives.
 *
 * @throws {CliError} ERR_CLI_COMMAND for a peer of which the recordings hold nothing: an empty list would look like an answer.
 */
export function peerOf(
  peer: string,
  recordings: readonly OpenRecording[],
  trusted: ReadonlyMap<string, string>,
): string {
  const ids = new Set<string>();
  const names = new Set<string>();
  for (const { recording } of recordings) {
    for (const { peerId, name } of recording.peers.values()) {
      ids.add(peerId);
      if (name !== undefined) names.add(name);
    }
  }
  for (const [peerId, name] of trusted) {
    if (!ids.has(peerId)) continue;
    if (name === peer) return peerId;
    names.add(name);
  }
  if (ids.has(peer) || names.has(peer)) return peer;
  const shown = shownAs('peer', peer, ids);
  if (shown !== undefined) return shown;
  throw unknown('peer', peer, names.size > 0 ? [...names] : [...ids]);
}

/** Tables show the beginning of an id; a shorter one would choose by chance. */
const BEGINNING_MIN = 8;

/**
 * A particle that was named on the command line: its id, the beginning of its signature, or the beginning of its id as tables show it.
 *
 * @returns The id or the beginning of the signature.
 * @throws {CliError} ERR_CLI_COMMAND for a particle that no recording holds, or a beginning of several ids.
 */
export function particleOf(particle: string, recordings: readonly OpenRecording[]): string {
  const ids = new Set<string>();
  for (const { recording, index } of recordings) {
    for (const n of index.places.keys()) {
      const found = recording.find(n, 'particle');
      if (found === undefined) continue;
      if (found.id === particle || found.signature.startsWith(particle)) return particle;
      ids.add(found.id);
    }
  }
  const shown = shownAs('particle', particle, ids);
  if (shown !== undefined) return shown;
  throw unknown('particle', particle, [...ids]);
}

/** The id of which tables show the beginning, or beginning and end. @throws {CliError} ERR_CLI_COMMAND if it stands for several. */
function shownAs(what: string, text: string, ids: ReadonlySet<string>): string | undefined {
  const [beginning = '', end = ''] = text.split('…');
  if (beginning.length < BEGINNING_MIN) return undefined;
  const found = [...ids].filter(id => id.startsWith(beginning) && id.endsWith(end));
  if (found.length > 1)
    throw new CliError(
      'ERR_CLI_COMMAND',
      printable(`\`${text}\` stands for ${found.length} ids of a ${what}: write more of it`),
    );
  return found[0];
}

const LISTED_MAX = 10;

function unknown(what: string, found: string, names: readonly string[]): CliError {
  const some = names.slice(0, LISTED_MAX);
  const more = names.length > some.length ? `, and ${names.length - some.length} more` : '';
  const near = suggestion(found, names, '');
  const hint = near === '' ? `${suggestion('', some)}${more}` : near;
  return new CliError('ERR_CLI_COMMAND', printable(`the recordings have no ${what} \`${found}\`${hint}`));
}
