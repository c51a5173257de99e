import { printable } from '../../../base/printable.ts';
import type { Command } from '../command.ts';

export const peersCommand: Command = {
  name: 'peers',
  group: 'peers',
  usage: '',
  does: 'names and ids of the peers, and connections',
  words: [0, 0],
  help: 'A star marks the peer that starts scripts.',
  examples: [':peers'],
  run({ state: { session, remotes, starter } }) {
    const mark = (peer: string): string => (peer === starter ? ' *' : '');
    const here = [...session.peerIds].map(
      ([peer, peerId]) => `${printable(peer).padEnd(12)} ${peerId}${mark(peer)}`,
    );
    const there = [...remotes].map(
      ([peer, { address, connection }]) =>
        `${printable(peer).padEnd(12)} ${connection.client.relayId}${mark(peer)}\n${' '.repeat(13)}${connection.client.state}, ${printable(address)}`,
    );
    return [...here, ...there].join('\n');
  },
};
