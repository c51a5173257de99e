import type { ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import type { Shown } from './shown.ts';

/** What a command of the shell shows, for the prompt. */
export async function collected(act: (output: Output) => ExitCode | Promise<ExitCode>): Promise<Shown> {
  const lines: string[] = [];
  const keep = (text: string): void => void lines.push(text);
  const exitCode = await act({ say: keep, list: keep, json: () => undefined });
  return { text: lines.join('\n'), exitCode };
}
