import { lint, planOf, staticName, type AirError, type Script } from '../../air-grammar/index.ts';
import type { AquaCall } from '../../aqua/index.ts';
import type { BerylError } from '../../base/error.ts';
import { isAqua } from '../aqua/names.ts';
import type { Output } from '../output.ts';
import { checkScript } from './check.ts';
import type { Finding } from './finding.ts';
import { ALL_ENDINGS, readScripts, type ScriptFile } from './script-files.ts';

/** A script to look into: that of a file, or that of one function of an Aqua program. */
export interface Unit {
  readonly file: ScriptFile;
  readonly script: Script;
  readonly aqua?: { readonly functionName: string; readonly calls: readonly AquaCall[] };
}

/** A file from which no script can be read, and why. */
export interface Unreadable {
  readonly file: ScriptFile;
  readonly failure: BerylError;
}

/**
 * Scripts of files and folders, and of the functions that Aqua programs export.
 *
 * A script that uses names which it does not define can be looked into all the same if no network file says which names there are:
 * they are loaded when it runs. Any other mistake makes it unreadable.
 */
export async function* unitsOf(
  paths: readonly string[],
  known: ReadonlySet<string>,
  output: Output,
): AsyncGenerator<Unit | Unreadable> {
  for (const file of readScripts(paths, ALL_ENDINGS)) {
    if (isAqua(file.path)) yield* unitsOfProgram(file, output);
    else yield unitOf(file, known);
  }
}

function unitOf(file: ScriptFile, known: ReadonlySet<string>): Unit | Unreadable {
  const { script, error } = checkScript(file, known);
  const isOnlyFree = known.size === 0 && error?.diagnostics.every(({ rule }) => rule === 'V1') === true;
  const isUsable = script !== undefined && (error === undefined || isOnlyFree);
  // Without a script there is an error.
  return isUsable ? { file, script } : { file, failure: error as AirError };
}

async function* unitsOfProgram(file: ScriptFile, output: Output): AsyncGenerator<Unit | Unreadable> {
  const { compileProgram, mistakesOf } = await import('../aqua/programs.ts');
  try {
    const { functions, calls } = await compileProgram(file.path, {}, output);
    for (const { name, script: text } of Object.values(functions)) {
      const compiled = { ...file, name: `${file.name}, function ${name}`, text };
      const { script } = checkScript(compiled, new Set());
      if (script !== undefined) yield { file: compiled, script, aqua: { functionName: name, calls } };
    }
  } catch (failure) {
    if (mistakesOf(failure) === undefined) throw failure;
    yield { file, failure: failure as BerylError };
  }
}

/** Rules about what the author of an Aqua program wrote; the others are about what the compiler made of it. */
const RULES_OF_AQUA = new Set(['dropped-check', 'unjoined-race']);

/** What the rules of the grammar find. */
export const lintsOf = ({ script, aqua }: Unit): readonly Finding[] =>
  lint(script).filter(({ code }) => aqua === undefined || RULES_OF_AQUA.has(code));

/** Says which call of the Aqua program a finding is about: the compiler gives no map of the source, but names stay. */
export function withAquaCall(finding: Finding, { script, aqua }: Unit): Finding {
  if (aqua === undefined) return finding;
  const found = planOf(script).find(
    ({ instruction }) => instruction.start === finding.span.start,
  )?.instruction;
  if (found?.kind !== 'call') return finding;
  const name = staticName(found.functionName);
  const possible = aqua.calls.filter(
    ({ functionName }) => name.kind === 'text' && functionName === name.text,
  );
  const [first] = possible;
  if (first === undefined) return finding;
  const lines = possible.map(({ line }) => line).join(' or ');
  return { ...finding, message: `Aqua call \`${first.text}\` (line ${lines}): ${finding.message}` };
}
