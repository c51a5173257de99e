import { complete, type Completions } from '../../air-grammar/index.ts';
import { applyGetter, parseJson } from '../../interpreter/index.ts';
import { callNameAt, namesAt } from '../scripts/call-names.ts';
import type { Command } from './command.ts';
import type { ReplState } from './state.ts';
import { fieldsOf } from './values.ts';

/** Ways to go on, and the part of the text before the cursor that each of them replaces. */
export interface Offer {
  readonly words: readonly string[];
  readonly typed: string;
  /** Words that a dot may follow: variables. */
  readonly goOn: ReadonlySet<string>;
}

type Words = Omit<Offer, 'goOn'> & Partial<Offer>;

const OFFERED_MAX = 200;
const NAME = /^#?[A-Za-z_][\w-]*$/u;
const FIELD = /(?<name>#?[\w-]+)(?<getter>(?:\.\$)?(?:\.(?:[\w-]+|\[\d+\]))*)\.(?<typed>[\w-]*)$/u;

/**
 * What the tabulator key offers: commands and their words, or what may follow in the script.
 *
 * @param before The whole text up to the cursor.
 */
export function offerOf(state: ReplState, commands: readonly Command[], before: string): Offer {
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const offer: Words =
    line.startsWith(':') && !/^:\w+\s+\(/u.test(line)
      ? offerOfCommand(state, commands, line)
      : (offerOfString(state, before) ?? offerOfField(state, before) ?? offerOfScript(state, before));
  const words = [...new Set(offer.words)].filter(
    word => word.startsWith(offer.typed) && word !== offer.typed,
  );
  return {
    words: words.slice(0, OFFERED_MAX),
    typed: offer.typed,
    goOn: new Set([...(offer.goOn ?? []), ...state.scripts.names]),
  };
}

function offerOfCommand(state: ReplState, commands: readonly Command[], line: string): Words {
  const [name = '', ...words] = line.split(/\s+/u);
  const typed = words.at(-1) ?? name;
  if (words.length === 0) return { words: commands.map(command => `:${command.name}`), typed };
  const command = commands.find(each => `:${each.name}` === name);
  const more = name === ':help' ? commands.map(each => each.name) : [];
  return { words: [...(command?.complete?.(state, words) ?? []), ...more], typed };
}

/** Inside of the names of a call. */
function offerOfString(state: ReplState, before: string): Words | undefined {
  const name = callNameAt(before);
  if (name === undefined) return undefined;
  return { words: namesAt(name, functionsOn(state, name.peer)), typed: name.typed };
}

/** `service.function` of a peer, its own services first; of all peers if the peer is not known. */
function functionsOn({ session, starter }: ReplState, operand: string): string[] {
  const name = operand === '%init_peer_id%' ? starter : operand.replaceAll('"', '');
  const known = session.peerIds.get(name) ?? (session.nameOf(name) === undefined ? undefined : name);
  const ids = known === undefined ? [...session.peerIds.values()] : [known];
  const own = new Set(
    [...session.peerIds.keys()].flatMap(peer => session.servicesOf(peer).map(({ id }) => id)),
  );
  const isOwn = (fn: string): boolean => own.has(fn.slice(0, fn.lastIndexOf('.')));
  const all = ids.flatMap(id => session.functionsOf(id));
  return [...all.filter(isOwn), ...all.filter(fn => !isOwn(fn))];
}

/** Behind the dot of a variable that an earlier script has set. */
function offerOfField(state: ReplState, before: string): Words | undefined {
  const { name = '', getter = '', typed = '' } = FIELD.exec(before)?.groups ?? {};
  const variable = state.scripts.variable(name);
  if (variable === undefined) return undefined;
  if (getter === '') return { words: ['$.'], typed };
  const whole = parseJson(variable.json);
  return { words: fieldsOf(getter === '.$' ? whole : applyGetter(whole, getter)), typed };
}

function fieldsOfVariable(state: ReplState, name: string): string[] {
  const variable = state.scripts.variable(name);
  return variable === undefined ? [] : fieldsOf(parseJson(variable.json));
}

function offerOfScript(state: ReplState, before: string): Words {
  const { span, items } = complete(before, before.length);
  const typed = before.slice(span.start);
  const words = items.filter(({ kind }) => kind !== 'punctuation').map(({ text }) => text);
  const own = items.filter(({ kind }) => kind === 'variable').map(({ text }) => text);
  return {
    words: [...words, ...namesAfter(state, before.slice(0, span.start), typed)],
    typed,
    goOn: new Set(own),
  };
}

/** Names that may stand behind a text. A whole name goes on with its fields. A name alone shows its value. */
function namesAfter(state: ReplState, before: string, typed: string): string[] {
  const isAlone = before === '' && NAME.test(typed);
  if (!isAlone && !isOperand(complete(before, before.length))) return [];
  const more = fieldsOfVariable(state, typed).length === 0 ? [] : [`${typed}.$.`];
  return [...(isAlone ? state.scripts.names : state.names), ...more];
}

/** Whether a variable may stand here. */
const isOperand = ({ items }: Completions): boolean => items.some(({ kind }) => kind === 'constant');
