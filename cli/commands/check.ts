import { printable, printableLines } from '../../base/printable.ts';
import { isAqua } from '../aqua/names.ts';
import { ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { checkScript, diagnosticJson, namesOfNetwork } from '../scripts/check.ts';
import { ALL_ENDINGS, readScripts, type ScriptFile } from '../scripts/script-files.ts';

export interface CheckOptions {
  readonly network?: string;
  readonly json?: boolean;
}

/** One file, and what is wrong with it: as a text, and for programs. */
interface Result {
  readonly file: ScriptFile;
  readonly text: string | undefined;
  readonly diagnostics: readonly unknown[];
  /** It uses a name that it does not define. */
  readonly isUndefined?: boolean;
}

/** `beryl check <script…>`: reads scripts and Aqua programs, and says what is wrong with them. */
export async function checkCommand(
  paths: readonly string[],
  options: CheckOptions,
  output: Output,
): Promise<ExitCode> {
  const known = namesOfNetwork(options.network);
  const results: Result[] = [];
  for (const file of readScripts(paths, ALL_ENDINGS))
    results.push(isAqua(file.path) ? await checkAqua(file, output) : checkAir(file, known));
  const wrong = results.filter(({ text }) => text !== undefined);
  for (const { text } of wrong) output.say(text ?? '');
  if (options.network === undefined && wrong.some(({ isUndefined }) => isUndefined))
    output.say('help: if a network file defines it, pass --network <file>');
  if (options.json === true) {
    output.json({
      valid: wrong.length === 0,
      files: results.map(({ file, diagnostics }) => ({ file: file.path, diagnostics })),
    });
  }
  const [only] = results;
  const what =
    results.length === 1 && only !== undefined ? printable(only.file.name) : `${results.length} scripts`;
  output.say(wrong.length === 0 ? `${what}: valid` : `${wrong.length} of ${results.length} not valid`);
  return wrong.length === 0 ? ExitCode.ok : ExitCode.usage;
}

function checkAir(file: ScriptFile, known: ReadonlySet<string>): Result {
  const { error } = checkScript(file, known);
  return {
    file,
    text: error?.message.trimEnd(),
    diagnostics: (error?.diagnostics ?? []).map(diagnosticJson),
    isUndefined: error?.diagnostics.some(({ rule }) => rule === 'V1') ?? false,
  };
}

async function checkAqua(file: ScriptFile, output: Output): Promise<Result> {
  const { compileProgram, mistakesOf } = await import('../aqua/programs.ts');
  try {
    await compileProgram(file.path, {}, output);
    return { file, text: undefined, diagnostics: [] };
  } catch (failure) {
    const mistakes = mistakesOf(failure);
    if (mistakes === undefined) throw failure;
    return { file, text: printableLines((failure as Error).message), diagnostics: mistakes };
  }
}
