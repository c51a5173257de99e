import type { OpenRecording } from '../../audit/index.ts';
import { printable } from '../../base/printable.ts';

/** Names for peer ids: those of the trust file first, then those that recordings give. */
export type NameOfPeer = (peerId: string) => string;

export function namesOf(
  recordings: readonly OpenRecording[],
  trusted: ReadonlyMap<string, string>,
): NameOfPeer {
  const names = new Map<string, string>();
  for (const { recording } of recordings)
    for (const { peerId, name } of recording.peers.values()) if (name !== undefined) names.set(peerId, name);
  for (const [peerId, name] of trusted) names.set(peerId, name);
  return peerId => {
    const name = names.get(peerId);
    return printable(name ?? (peerId.length > 16 ? `${peerId.slice(0, 8)}…${peerId.slice(-6)}` : peerId));
  };
}
