import { readFileSync } from 'node:fs';
import { AirError, parse } from '../air-grammar/index.ts';
import { loadCompiler, type CompilerResult } from './compiler.ts';
import { diagnosticOf, diagnosticText, type AquaDiagnostic } from './diagnostics.ts';
import { AquaError } from './errors.ts';
import { callsIn, type AquaCall } from './failure.ts';
import { argumentsOf, resultsOf, type AquaArgument, type AquaType } from './types.ts';

/** What to compile. */
export type AquaSource = { readonly path: string } | { readonly code: string };

/** How {@link compile} compiles. */
export interface CompileOptions {
  /** Folders in which imports are looked for. */
  readonly imports?: readonly string[];
  /** Values of constants, by name: numbers, booleans, or strings. */
  readonly constants?: Readonly<Record<string, string | number | boolean>>;
  /** Whether calls on other peers go through the relay that the variable `-relay-` names; false if left out. */
  readonly relay?: boolean;
}

/** An exported function. */
export interface AquaFunction {
  readonly name: string;
  /** AIR, parsed and validated. */
  readonly script: string;
  readonly arguments: readonly AquaArgument[];
  readonly results: readonly AquaType[];
}

/** A service that a program declares and exports. */
export interface AquaService {
  readonly name: string;
  readonly id: string | undefined;
  readonly functions: readonly {
    readonly name: string;
    readonly arguments: readonly AquaArgument[];
    readonly results: readonly AquaType[];
  }[];
}

/** A compiled program, as plain data. */
export interface CompiledAqua {
  readonly functions: Readonly<Record<string, AquaFunction>>;
  readonly services: Readonly<Record<string, AquaService>>;
  readonly warnings: readonly AquaDiagnostic[];
  /** Calls of services in the program's own text, so that failures can name them. */
  readonly calls: readonly AquaCall[];
}

/**
 * Compiles an Aqua program with the compiler of its authors, `@fluencelabs/aqua-api`. Its output is parsed and validated before it is
 * returned.
 *
 * @throws {AquaError} `ERR_AQUA_COMPILER` if the compiler is not installed; `ERR_AQUA_SOURCE` for a program with mistakes, with all
 *   of them in `details.diagnostics`; `ERR_AQUA_OUTPUT` if the compiler gives a script that is not valid AIR.
 * @spec docs/aqua.md
 * @example (await compile({ path: 'post.aqua' })).functions.post?.script
 */
export async function compile(source: AquaSource, options: CompileOptions = {}): Promise<CompiledAqua> {
  const compiler = await loadCompiler();
  const settings = {
    imports: [...(options.imports ?? [])],
    constants: Object.entries(options.constants ?? {}).map(
      ([name, value]) => `${name}=${constantText(value)}`,
    ),
    noRelay: options.relay !== true,
    logLevel: 'off',
  };
  const result = await run(() =>
    'path' in source
      ? compiler.compileFromPath({ ...settings, filePath: source.path })
      : compiler.compileFromString({ ...settings, code: source.code }),
  );
  const warnings = result.warnings.map(text => diagnosticOf(text, 'warning'));
  if (result.errors.length > 0) throw sourceError(result.errors.map(text => diagnosticOf(text, 'error')));
  return {
    functions: Object.fromEntries(
      Object.entries(result.functions).map(([name, fn]) => [name, functionFrom(name, fn)]),
    ),
    services: Object.fromEntries(
      Object.entries(result.services).map(([name, service]) => [name, serviceOf(name, service)]),
    ),
    warnings,
    calls:
      'path' in source
        ? callsIn(readFileSync(source.path, 'utf8'), source.path)
        : callsIn(source.code, 'aqua'),
  };
}

async function run(act: () => Promise<CompilerResult>): Promise<CompilerResult> {
  try {
    return await act();
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw sourceError([diagnosticOf(text, 'error')], cause);
  }
}

const sourceError = (diagnostics: readonly AquaDiagnostic[], cause?: unknown): AquaError =>
  new AquaError('ERR_AQUA_SOURCE', diagnostics.map(diagnosticText).join('\n'), { diagnostics }, { cause });

const constantText = (value: string | number | boolean): string =>
  typeof value === 'string' ? JSON.stringify(value) : String(value);

/** @throws {AquaError} `ERR_AQUA_OUTPUT` */
export function functionFrom(
  name: string,
  { script, funcDef }: CompilerResult['functions'][string],
): AquaFunction {
  try {
    parse(script);
  } catch (cause) {
    if (!(cause instanceof AirError)) throw cause;
    const why = `the compiler gave a script for \`${name}\` that is not valid: ${cause.message}`;
    throw new AquaError('ERR_AQUA_OUTPUT', why, { name }, { cause });
  }
  return {
    name,
    script,
    arguments: argumentsOf(funcDef.arrow.domain),
    results: resultsOf(funcDef.arrow.codomain),
  };
}

function serviceOf(
  name: string,
  { defaultServiceId, functions }: CompilerResult['services'][string],
): AquaService {
  return {
    name,
    id: defaultServiceId,
    functions: Object.entries(functions?.fields ?? {}).map(([fn, { domain, codomain }]) => ({
      name: fn,
      arguments: argumentsOf(domain),
      results: resultsOf(codomain),
    })),
  };
}
