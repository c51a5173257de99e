import { AquaError } from './errors.ts';

/** What Beryl uses of the compiler. */
interface Compiler {
  compileFromPath(options: object): Promise<CompilerResult>;
  compileFromString(options: object): Promise<CompilerResult>;
}

/** The compiler's objects are not plain: their fields are read one by one. */
export interface CompilerResult {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly functions: Readonly<Record<string, { readonly script: string; readonly funcDef: FunctionDef }>>;
  readonly services: Readonly<
    Record<
      string,
      { readonly defaultServiceId?: string; readonly functions?: { readonly fields?: Record<string, Arrow> } }
    >
  >;
}
interface Arrow {
  readonly domain: unknown;
  readonly codomain: unknown;
}
interface FunctionDef {
  readonly arrow: Arrow;
}

const PACKAGE = '@fluencelabs/aqua-api';

/** @throws {AquaError} `ERR_AQUA_COMPILER` if it is not installed. */
export async function loadCompiler(name: string = PACKAGE): Promise<Compiler> {
  try {
    return (await import(name)) as Compiler;
  } catch (cause) {
    throw new AquaError(
      'ERR_AQUA_COMPILER',
      `the Aqua compiler is not installed: run \`npm install ${name}\``,
      {},
      { cause },
    );
  }
}
