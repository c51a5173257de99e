import { suggestion } from '../../base/options.ts';
import { printable } from '../../base/printable.ts';
import { canonicalJson, parseJson, JsonError, type Json } from '../../interpreter/index.ts';
import { CliError } from '../errors.ts';

const CALL = /^\s*(?<name>[A-Za-z_]\w*)\s*\((?<args>.*)\)\s*$/su;
const TOKEN = /"(?:[^"\\]|\\.)*"|[A-Za-z_][\w-]*|[^"A-Za-z_]+/gsu;
const WORDS = new Set(['true', 'false', 'null']);

/**
 * Reads `post("hello", blog)`: arguments are JSON, or names of the network file.
 *
 * @throws {CliError} `ERR_CLI_COMMAND` if the text is not a call, `ERR_CLI_VARIABLE` for a name that is not known.
 */
export function parseCall(text: string, known: ReadonlyMap<string, Json>): { name: string; args: Json[] } {
  const groups = CALL.exec(text)?.groups;
  const { name, args = '' } = groups ?? {};
  if (name === undefined) throw malformed(text);
  const json = [...args.matchAll(TOKEN)].map(([token]) => {
    if (!/^[A-Za-z_]/u.test(token) || WORDS.has(token)) return token;
    const value = known.get(token);
    if (value === undefined) throw unknownName(token, known);
    return canonicalJson(value);
  });
  try {
    return { name, args: parseJson(`[${json.join('')}]`) as Json[] };
  } catch (cause) {
    if (cause instanceof JsonError) throw malformed(text);
    throw cause;
  }
}

const malformed = (text: string): CliError =>
  new CliError(
    'ERR_CLI_COMMAND',
    `\`${printable(text)}\` is not a call: write it as \`post("hello", 3, blog)\`, arguments as JSON or as names of the network file`,
  );

function unknownName(name: string, known: ReadonlyMap<string, Json>): CliError {
  const names = [...known.keys()].filter(each => /^[A-Za-z_]/u.test(each));
  const others = `; names are ${names.join(', ')}; a text needs quotes: \`"${name}"\``;
  return new CliError(
    'ERR_CLI_VARIABLE',
    printable(`the network file has no name \`${name}\`${suggestion(name, names, others)}`),
    { name },
  );
}
