import type { OpenRecording } from '../../audit/index.ts';
import { printable } from '../../base/printable.ts';

/** Names for peer ids: those of the trust file first, then those that recordings give. */
export type NameOfPeer = (peerId: string) => string;

export function namesOf(
  recordings: readonly OpenRecording[],
  trusted: ReadonlyMap<string, string>,
): NameOfPeer {
  const nameOf = plainNamesOf(recordings, trusted);
  return peerId => {
    const name = nameOf(peerId);
    const isNamed = name !== peerId || peerId.length <= 16;
    return printable(isNamed ? name : `${peerId.slice(0, 8)}…${peerId.slice(-6)}`);
  };
}

/** The same, but the whole id of a peer without a name, and texts as they are: for programs. */
export function plainNamesOf(
  recordings: readonly OpenRecording[],
  trusted: ReadonlyMap<string, string>,
): NameOfPeer {
  const names = new Map<string, string>();
  for (const { recording } of recordings)
    for (const { peerId, name } of recording.peers.values()) if (name !== undefined) names.set(peerId, name);
  for (const [peerId, name] of trusted) names.set(peerId, name);
  return peerId => names.get(peerId) ?? peerId;
}
