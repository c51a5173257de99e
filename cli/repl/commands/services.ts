import { printable } from '../../../base/printable.ts';
import { jsonLine } from '../../json-text.ts';
import type { Command } from '../command.ts';
import { servicesText } from '../service-text.ts';

export const servicesCommand: Command = {
  name: 'services',
  group: 'peers',
  usage: '[peer]',
  does: 'services of each peer, or of one, with their functions and state',
  words: [0, 1],
  help: 'Builtins, which every peer has, are not listed: docs/builtins.md has them.',
  examples: [':services', ':services blog'],
  complete: state => [...state.session.peerIds.keys()],
  run({ state, words: [only] }) {
    const { session } = state;
    const peers = [...session.peerIds.keys()];
    if (only !== undefined) state.requirePeer(only, peers);
    return peers
      .filter(peer => only === undefined || peer === only)
      .flatMap(peer =>
        session.servicesOf(peer).map(service => {
          const kept =
            service.state === undefined ? '' : `\n  ${session.withNames(printable(jsonLine(service.state)))}`;
          return `${printable(peer).padEnd(12)} ${servicesText(service)}${kept}`;
        }),
      )
      .join('\n');
  },
};
