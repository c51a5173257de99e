import { printable } from '../../../base/printable.ts';
import { suggestion } from '../../../base/options.ts';
import {
  alterRecords,
  ENVELOPE_ATTACKS,
  replaceInScript,
  replaceOnWire,
  type EnvelopeAttack,
} from '../../../network/index.ts';
import { CliError } from '../../errors.ts';
import type { Command } from '../command.ts';
import type { ReplState } from '../state.ts';
import { misused } from '../command.ts';

const ANY = { from: undefined, to: undefined };
const KINDS = ['value', 'argument', 'record', 'hop', 'envelope', 'off'];

const ENVELOPES: Readonly<Record<EnvelopeAttack, string>> = {
  payload: 'each has other content than its host has signed',
  origin: 'each names another host',
  route: 'each was made for another peer',
  missing: 'they are taken off',
  replay: 'each comes twice',
};

export const tamperCommand: Command = {
  name: 'tamper',
  group: 'attacks',
  usage:
    'value <text> <text> | argument <service.function> | record <service.function> | hop <text> <text> | envelope <change> | off',
  does: 'put an attacker on the wire who changes a value, the arguments or the result in a record, the script of a hop, or its envelope',
  words: [1, 3],
  help: '`value` replaces a text in the data that peers send each other. `argument` changes, in a signed record of that function, the hash of the arguments; `record` changes the hash of the result. `hop` replaces a text in the script itself. `envelope` changes what the sending host signs around each hop: `payload` its content, `origin` the host, `route` the receiver; `missing` takes it off, `replay` sends it twice. Run a script, or `:run` the last one again, and see where and why it is refused; `:refused` shows it in full. `off` takes the attacker away.',
  examples: [
    '(seq (call auth ("authSrv" "get_status") [] s) (call blog ("blogSrv" "add_post") ["hi" s.$.is_admin] post))',
    ':tamper value "is_admin":true "is_admin":null',
    ':run',
    ':tamper argument authSrv.get_status',
    ':run',
    ':tamper record authSrv.get_status',
    ':run',
    ':tamper hop add_post del_post',
    ':run',
    ':tamper envelope origin',
    ':run',
    ':refused',
    ':tamper off',
  ],
  isKept: true,
  complete: (state, words) =>
    words.length === 1
      ? KINDS
      : words[0] === 'envelope'
        ? ENVELOPE_ATTACKS
        : ['argument', 'record'].includes(words[0] ?? '')
          ? functionsOf(state)
          : [],
  run({ state, words: [kind = '', find, by] }) {
    if (!KINDS.includes(kind))
      throw new CliError(
        'ERR_CLI_COMMAND',
        printable(
          `\`${kind}\` cannot be tampered with${suggestion(kind, KINDS, `; say ${KINDS.join(', ')}`)}`,
        ),
      );
    if (kind === 'off') {
      if (find !== undefined) throw misused(tamperCommand);
      state.freeWire();
      return 'the wire is free';
    }
    if (kind === 'envelope' && find === undefined)
      throw new CliError('ERR_CLI_COMMAND', `say what changes in envelopes: ${ENVELOPE_ATTACKS.join(', ')}`);
    const isTexts = kind === 'value' || kind === 'hop';
    if (find === undefined || (by !== undefined) !== isTexts) throw misused(tamperCommand);
    if (kind === 'value') state.tamper(replaceOnWire(ANY, find, by ?? ''));
    else if (kind === 'hop') state.tamper(replaceInScript(find, by ?? ''));
    else if (kind === 'envelope') return envelopes(state, find);
    else {
      const known = functionsOf(state);
      if (!known.includes(find))
        throw new CliError(
          'ERR_CLI_COMMAND',
          printable(`no peer has a function \`${find}\`${suggestion(find, known)}`),
        );
      state.tamper(alterRecords(find, kind === 'argument' ? 'argsHash' : 'responseHash'));
      return printable(
        `on the wire: records of \`${find}\` get another hash of their ${kind === 'argument' ? 'arguments' : 'result'}`,
      );
    }
    const where = kind === 'hop' ? 'in the script' : 'in the data';
    return printable(`on the wire, ${where}: \`${find}\` becomes \`${by}\``);
  },
};

function envelopes(state: ReplState, change: string): string {
  const attack = ENVELOPE_ATTACKS.find(known => known === change);
  if (attack === undefined)
    throw new CliError(
      'ERR_CLI_COMMAND',
      printable(`unknown change of envelopes \`${change}\`${suggestion(change, ENVELOPE_ATTACKS)}`),
    );
  state.attackEnvelopes(attack);
  return `on the wire, envelopes of hops: ${ENVELOPES[attack]}`;
}

const functionsOf = ({ session }: Parameters<NonNullable<Command['complete']>>[0]): string[] => [
  ...new Set([...session.peerIds.values()].flatMap(id => session.functionsOf(id))),
];
