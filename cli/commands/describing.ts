import { Argument, type Command } from 'commander';
import type { ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { Group } from './groups.ts';

/** The commands that read the table of all commands: they come last, so the table is complete when they run. */
export function addDescribingCommands(
  program: Command,
  output: Output,
  finish: (code: ExitCode) => void,
): void {
  program
    .command('completion')
    .helpGroup(Group.start)
    .description('print a script with which a shell completes commands, options and files')
    .addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { completionCommand } = await import('./completion.ts');
      finish(completionCommand(shell, program, output));
    });
  program
    .command('man', { hidden: true })
    .description('write the man pages; the build does it')
    .argument('<folder>', 'where to write them')
    .action(async (folder: string) => {
      const { manCommand } = await import('./man.ts');
      finish(manCommand(folder, program));
    });
}
