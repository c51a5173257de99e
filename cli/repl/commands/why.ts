import { counted } from '../../../base/counted.ts';
import { printable } from '../../../base/printable.ts';
import { CliError } from '../../errors.ts';
import type { Asked, Command } from '../command.ts';
import { misused } from '../command.ts';
import { originTree } from '../origin-tree.ts';
import { lookUp } from '../values.ts';

export const whyCommand: Command = {
  name: 'why',
  group: 'values',
  usage: '<name> | <call> [argument]',
  does: 'where a value, or an argument of a call, came from, all the way down',
  words: [1, 2],
  help: 'Each line is a tetraplet (peer, service, function, getter), and the signed record behind it. Calls have the numbers of `:calls`, arguments count from 1.',
  examples: [
    '(seq (call auth ("authSrv" "get_status") [] s) (call blog ("blogSrv" "add_post") ["hi" s.$.is_admin] post))',
    ':why s.$.is_admin',
    ':why post',
    ':why 2',
  ],
  complete: state => state.scripts.names,
  run: asked => (/^\d+$/u.test(asked.words[0] ?? '') ? whyArgument(asked) : whyValue(asked)),
};

function whyValue({ state, words: [text = '', more] }: Asked): string {
  if (more !== undefined) throw misused(whyCommand);
  const { variable, getter } = lookUp(text, state.scripts);
  const index = /^\.\$\.\[(\d+)\]/u.exec(getter)?.[1];
  // Elements of a stream or canon have origins of their own; any other part has that of the whole, and a longer getter.
  const ofElements = variable.origins.length === 1 ? (variable.origins[0]?.parts ?? []) : variable.origins;
  const element = variable.elementwise && index !== undefined ? ofElements[Number(index)] : undefined;
  const shown = element === undefined ? variable.origins : [element];
  const note = element === undefined && getter !== '' ? `${printable(text)} is a part of this:\n` : '';
  return note + shown.map(origin => originTree(state.ranNamed, origin)).join('\n');
}

function whyArgument({ state, words }: Asked): string {
  const { report, named } = state.ran;
  const [callNumber = 0, argumentNumber = 1] = words.map(Number);
  const call = report.calls[callNumber - 1];
  if (call === undefined) {
    const known =
      report.calls.length === 0
        ? 'the last script made none'
        : `calls are 1 to ${report.calls.length}, see :calls`;
    throw new CliError('ERR_CLI_COMMAND', `unknown call ${callNumber}: ${known}`);
  }
  const { origins } = call.request;
  const origin = origins[argumentNumber - 1];
  if (origin === undefined && words.length === 1) return 'that call has no arguments';
  if (origin === undefined)
    throw new CliError('ERR_CLI_COMMAND', `that call has ${counted(origins.length, 'argument')}`);
  return originTree(named, origin);
}
