import type { Command } from 'commander';
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { completionTable } from '../completion/table.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';

export const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/** `beryl completion <shell>`: a script that makes a shell complete commands, options, values and files. */
export function completionCommand(shell: keyof typeof SHELLS, program: Command, output: Output): ExitCode {
  output.list(SHELLS[shell](completionTable(program)));
  return ExitCode.ok;
}
