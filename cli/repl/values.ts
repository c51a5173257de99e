import { suggestion } from '../../base/options.ts';
import { printable, printableJson, shorten } from '../../base/printable.ts';
import {
  applyGetter,
  canonicalJson,
  Float,
  parseJson,
  type Json,
  type SeenVariable,
} from '../../interpreter/index.ts';
import { CliError } from '../errors.ts';
import { jsonText } from '../json-text.ts';
import type { Scripts } from './scripts.ts';

/** UTF-16 units of a value on one line. */
const CUT = 120;
const VALUE_DEPTH_MAX = 4096;

/** A variable on one line; a long value is cut. */
export function variableLine({ name, json }: SeenVariable, withNames: (text: string) => string): string {
  const text = withNames(json);
  const all = text.length > CUT ? `  (\`:value ${name}\` shows all)` : '';
  return printable(`${name} = ${shorten(text, CUT)}${all}`);
}

/** A whole value over several lines. */
export function wholeValue(json: string, withNames: (text: string) => string): string {
  return withNames(printableJson(jsonText(parseJson(json, VALUE_DEPTH_MAX))));
}

/** `x`, or a part of it: `x.$.field.[0]`. */
const PATH = /^(?<name>[#$%]{0,2}[\w-]+)(?<getter>\.\$\..+)?$/u;

/** What people type at other prompts, and the command that does it here. */
const COMMAND_WORDS: ReadonlyMap<string, string> = new Map([
  ['exit', ':quit'],
  ['quit', ':quit'],
  ['help', ':help'],
]);

export const isPath = (text: string): boolean => PATH.test(text);

/**
 * A variable that an earlier script has set, or a part of it.
 *
 * @throws {CliError} ERR_CLI_VARIABLE if the variable, or that part of it, does not exist.
 */
export function lookUp(
  text: string,
  scripts: Pick<Scripts, 'names' | 'variable'>,
): { variable: SeenVariable; getter: string; json: string } {
  const { name = text, getter: typed } = PATH.exec(text)?.groups ?? {};
  const { names } = scripts;
  const variable = scripts.variable(name);
  if (variable === undefined) {
    const command = COMMAND_WORDS.get(name);
    const set =
      command !== undefined
        ? `; the command is \`${command}\``
        : names.length === 0
          ? '; no script has set one yet'
          : '';
    throw new CliError(
      'ERR_CLI_VARIABLE',
      printable(`no script has set \`${name}\`${suggestion(name, names, set)}`),
    );
  }
  if (typed === undefined) return { variable, getter: '', json: variable.json };
  const getter = typed.endsWith('!') ? typed.slice(0, -1) : typed;
  const whole = parseJson(variable.json, VALUE_DEPTH_MAX);
  const part = applyGetter(whole, getter);
  if (part === undefined) {
    const fields = fieldsOf(whole);
    const near = suggestion(
      getter.slice('.$.'.length),
      fields,
      fields.length > 0 ? `; it has ${fields.slice(0, 20).join(', ')}` : '',
    );
    throw new CliError('ERR_CLI_VARIABLE', printable(`\`${name}\` has no part \`${getter}\`${near}`));
  }
  return { variable, getter, json: canonicalJson(part) };
}

/** Names of the members of an object. */
export const fieldsOf = (value: Json | undefined): string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Float)
    ? Object.keys(value)
    : [];
