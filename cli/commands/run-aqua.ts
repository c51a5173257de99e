import { functionOf, given, typeText } from '../../aqua/index.ts';
import { printable } from '../../base/printable.ts';
import { canonicalJson, toJsonValue, type Json } from '../../interpreter/index.ts';
import { parseCall } from '../aqua/call-text.ts';
import { compileProgram } from '../aqua/programs.ts';
import { CliError } from '../errors.ts';
import type { NetworkFile } from '../../network/index.ts';
import type { Output } from '../output.ts';
import type { Session, SessionScriptOptions } from '../../network/index.ts';

/** What a session runs for `beryl run <file.aqua> --call 'fn(args)'`. */
export async function aquaRun(
  path: string,
  callText: string | undefined,
  network: NetworkFile,
  session: Session,
  output: Output,
): Promise<{ script: string; options: SessionScriptOptions }> {
  const compiled = await compileProgram(path, { relay: network.relay !== undefined }, output);
  if (callText === undefined) {
    const functions = Object.values(compiled.functions).map(
      ({ name, arguments: args }) =>
        `${name}(${args.map(({ name: arg, type }) => `${arg}: ${typeText(type)}`).join(', ')})`,
    );
    throw new CliError(
      'ERR_CLI_COMMAND',
      `say which function to call, with \`--call\` or at the prompt behind the file: ${functions.join(', ') || 'the program exports none'}`,
    );
  }
  const { name, args } = parseCall(callText, session.names);
  const fn = functionOf(compiled, name);
  let next = 0;
  // A callback takes no argument on the command line: what it is called with is shown.
  const values = fn.arguments.map(({ name: argument, type }) =>
    type.kind === 'arrow'
      ? (...all: readonly unknown[]) => {
          output.say(printable(`${argument}: ${all.map(value => canonicalJson(value as Json)).join(', ')}`));
          return {};
        }
      : valueOf(args, next++),
  );
  const { data, callbacks } = given(fn, [...values, ...args.slice(next).map(value => toJsonValue(value))]);
  return { script: fn.script, options: { file: path, loads: data as Record<string, Json>, callbacks } };
}

const valueOf = (args: readonly Json[], at: number): unknown => {
  const value = args[at];
  return value === undefined ? undefined : toJsonValue(value);
};
