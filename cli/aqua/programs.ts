import { AquaError, compile, diagnosticText, type CompiledAqua } from '../../aqua/index.ts';
import { printable } from '../../base/printable.ts';
import type { Output } from '../output.ts';

/**
 * Compiles a program for a command line; its warnings are shown.
 *
 * @throws {AquaError} As {@link compile}.
 */
export async function compileProgram(
  path: string,
  { relay = false, imports = [] }: { readonly relay?: boolean; readonly imports?: readonly string[] },
  output: Output,
): Promise<CompiledAqua> {
  const compiled = await compile({ path }, { relay, imports });
  for (const warning of compiled.warnings) output.say(printable(diagnosticText(warning)));
  return compiled;
}

/** The mistakes of a program, as {@link compile} found them. */
export function mistakesOf(failure: unknown): readonly unknown[] | undefined {
  if (!(failure instanceof AquaError) || failure.code !== 'ERR_AQUA_SOURCE') return undefined;
  return (failure.details as { diagnostics?: readonly unknown[] }).diagnostics;
}
