import { printable } from '../../../base/printable.ts';
import type { Command } from '../command.ts';

export const asCommand: Command = {
  name: 'as',
  group: 'peers',
  usage: '[peer]',
  does: 'choose who starts scripts; without a peer, say who does',
  words: [0, 1],
  help: 'The peer that starts a script is its init peer: literals of the script are its statements, and `%init_peer_id%` is its id. With the name of a connection, scripts start on this side of that connection.',
  examples: [':as mallory', '(call auth ("authSrv" "get_status") [] status)', ':as author'],
  isKept: true,
  complete: state => state.peers,
  run({ state, words: [peer] }) {
    if (peer !== undefined) state.starter = state.requirePeer(peer);
    return printable(
      state.remotes.has(state.starter)
        ? `scripts start on this side of the connection to ${state.starter}`
        : `${state.starter} starts scripts`,
    );
  },
};
