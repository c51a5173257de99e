import { printable } from '../../../base/printable.ts';
import { JsonError, parseJson } from '../../../interpreter/index.ts';
import { serviceSpec } from '../../../network/index.ts';
import { CliError } from '../../errors.ts';
import type { Command } from '../command.ts';
import { misused } from '../command.ts';
import { servicesText } from '../service-text.ts';

const PARTS = /^(?<peer>\S+)\s+(?:(?<id>[^\s{]+)\s+)?(?<json>\{[^]*\})$/u;

export const serviceCommand: Command = {
  name: 'service',
  group: 'peers',
  usage: '<peer> <id> <{"function": answer}>',
  does: 'define a service with fixed answers on a peer, or change it',
  words: [2, Infinity],
  help: 'Each function gives its answer to every call. A service of this id that is there already is replaced, with its state. Instead of id and answers you may write a service as network files do: `:service blog {"kind": "blog", "auth": "auth"}`. `:load` takes a service with code of your own.',
  examples: [
    ':service blog greeter {"hello": "good day"}',
    '(call blog ("greeter" "hello") [] greeting)',
    ':service blog greeter {"hello": "good night"}',
    ':run',
  ],
  isKept: true,
  complete: (state, words) =>
    words.length === 1
      ? [...state.session.peerIds.keys()]
      : state.session.servicesOf(words[0] ?? '').map(({ id }) => id),
  async run({ state, rest }) {
    const { peer, id, json = '' } = PARTS.exec(rest)?.groups ?? {};
    if (peer === undefined) throw misused(serviceCommand);
    state.requirePeer(peer, [...state.session.peerIds.keys()]);
    const service = await state.session.provide(peer, specOf(id, json));
    return `on ${printable(peer)}: ${servicesText(service)}`;
  },
};

function specOf(id: string | undefined, json: string): ReturnType<typeof serviceSpec.parse> {
  try {
    const read = parseJson(json);
    const parsed = serviceSpec.safeParse(id === undefined ? read : { kind: 'constant', id, functions: read });
    if (parsed.success) return parsed.data;
    const why = parsed.error.issues.map(issue => `${issue.path.join('.') || 'service'}: ${issue.message}`);
    throw new CliError('ERR_CLI_COMMAND', printable(`not a service: ${why.join('; ')}`));
  } catch (failure) {
    if (!(failure instanceof JsonError)) throw failure;
    throw new CliError('ERR_CLI_COMMAND', printable(`the answers must be JSON: ${failure.message}`));
  }
}
