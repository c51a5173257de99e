import { mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { declare, typescriptOf } from '../../aqua/index.ts';
import { printable } from '../../base/printable.ts';
import type { ServiceDefinition } from '../../services/index.ts';
import { compileProgram } from '../aqua/programs.ts';
import { CliError, ExitCode } from '../errors.ts';
import { stackOf } from '../faults.ts';
import { writeBytes } from '../files.ts';
import { readNetworkFile } from '../network-file.ts';
import { peerIdsOf } from '../../network/index.ts';
import type { Output } from '../output.ts';

export interface CompileCommandOptions {
  readonly out?: string;
  readonly ts?: boolean;
  readonly relay?: boolean;
  readonly imports?: readonly string[];
  readonly declare?: boolean;
  /** With `declare`: whose peers the module is given. */
  readonly network?: string;
  readonly json?: boolean;
}

/** `beryl compile <program.aqua>`: AIR of each exported function; with `--ts` typed TypeScript; with `--declare` Aqua of a service. */
export async function compileCommand(
  path: string,
  options: CompileCommandOptions,
  output: Output,
): Promise<ExitCode> {
  if (options.network !== undefined && options.declare !== true)
    throw new CliError('ERR_CLI_COMMAND', '`--network` would change nothing: it goes with `--declare`');
  if (options.declare === true) {
    const text = declare(await definitionOf(path, options.network));
    put([[`${basename(path).replace(/\.\w+$/u, '')}.aqua`, text]], options, output);
    return ExitCode.ok;
  }
  const compiled = await compileProgram(path, options, output);
  const name = basename(path, '.aqua');
  const files =
    options.ts === true
      ? [[`${name}.ts`, typescriptOf(compiled, basename(path))] as const]
      : Object.values(compiled.functions).map(fn => [`${fn.name}.air`, fn.script] as const);
  if (files.length === 0) throw new CliError('ERR_CLI_FILE', `\`${printable(path)}\` exports no function`);
  put(files, options, output);
  return ExitCode.ok;
}

/** Writes files into the folder, or shows them. */
function put(
  files: readonly (readonly [name: string, text: string])[],
  { out, json }: CompileCommandOptions,
  output: Output,
): void {
  if (json === true)
    output.json({
      files: files.map(([name, text]) =>
        out === undefined ? { name, text } : { name, path: join(out, name) },
      ),
    });
  for (const [name, text] of files) {
    if (out !== undefined) {
      mkdirSync(out, { recursive: true });
      writeBytes(join(out, name), text);
      output.say(`wrote ${printable(join(out, name))}`);
    } else if (json !== true)
      output.list(files.length === 1 ? text.trimEnd() : `; ${name}\n${text.trimEnd()}`);
  }
}

/** The module runs with all rights of this process: it is the user's own. */
async function definitionOf(path: string, network: string | undefined): Promise<ServiceDefinition> {
  const { default: found } = (await import(pathToFileURL(resolve(path)).href).catch((cause: unknown) => {
    throw mistaken(path, 'cannot be loaded', cause);
  })) as { default?: unknown };
  const made = typeof found === 'function' ? await madeBy(found as Maker, path, network) : found;
  const { functions } = Object(made) as { functions?: unknown };
  if (!(functions instanceof Map)) throw mistaken(path, 'exports no service as its default');
  return made as ServiceDefinition;
}

type Maker = (given: { peers: Record<string, string> }) => unknown;

/** Without a network file there is no peer whose id a guard could expect. */
async function madeBy(make: Maker, path: string, network: string | undefined): Promise<unknown> {
  const peers = network === undefined ? {} : Object.fromEntries(peerIdsOf(readNetworkFile(network)));
  try {
    return await make({ peers });
  } catch (cause) {
    const help = network === undefined ? ' without peers: give those of `--network <file>`' : '';
    throw mistaken(path, `makes no service${help}`, cause);
  }
}

function mistaken(path: string, why: string, cause?: unknown): CliError {
  const said = cause === undefined ? '' : `: ${stackOf(cause).split('\n', 1)[0] ?? ''}`;
  return new CliError('ERR_CLI_MODULE', printable(`\`${path}\` ${why}${said}`), { path }, { cause });
}
