import { printable } from '../../../base/printable.ts';
import { CliError } from '../../errors.ts';
import type { Command } from '../command.ts';

const NAME = /^[A-Za-z_][\w-]*$/u;

export const connectCommand: Command = {
  name: 'connect',
  group: 'peers',
  usage: '<address> [name]',
  does: 'connect to a running peer; scripts then start on this side of the connection',
  words: [1, 2],
  help: 'The address is that of `beryl peer start`: `/ip4/…/tcp/…/p2p/<peer id>`. Scripts know the id of the peer under the name, `peer1` and so on if you give none. A script that starts here travels to running peers only; `:as` goes back to the peers of this process. Those with a `seed` in the network file connect, too, unless its clock is virtual: their scripts go from here to running peers and back. Variables of scripts with other starters, or with peers elsewhere, are loaded as data.',
  examples: [],
  isKept: true,
  async run({ state, words: [address = '', given] }) {
    const name = given ?? `peer${state.remotes.size + 1}`;
    if (!NAME.test(name))
      throw new CliError(
        'ERR_CLI_COMMAND',
        printable(`\`${name}\` is not a name: use letters, digits, \`_\` and \`-\``),
      );
    const { connection, reaching } = await state.connect(address, name);
    const { peerId, relayId } = connection.client;
    return [
      printable(
        `connected to ${name} (${relayId}); you are ${peerId} there; scripts start on this side of the connection`,
      ),
      reachingText(name, reaching),
    ].join('\n');
  },
};

/** Which peers of this process can send scripts there, or why none can. */
function reachingText(name: string, reaching: readonly string[] | 'virtual'): string {
  if (reaching === 'virtual')
    return 'the peers here stay among themselves: the time of this session is virtual (`"clock": "virtual"` in the network file)';
  return printable(
    reaching.length === 0
      ? 'the peers here stay among themselves: none has a `seed` of its own in the network file'
      : `scripts that start at ${reaching.join(', ')} can go to ${name} and back`,
  );
}
