import { Argument, type Command } from 'commander';
import type { ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { Group } from './groups.ts';
import type { NewOptions, Start } from './new.ts';

/** The commands for the first minutes: something that works. */
export function addStartCommands(program: Command, output: Output, finish: (code: ExitCode) => void): void {
  program
    .command('new')
    .helpGroup(Group.start)
    .description('make a folder with something that works, and a test of it')
    .addArgument(new Argument('<what>', 'what to make').choices(['service', 'script', 'policy']))
    .argument('[name]', 'of the folder, and of what is in it; my-service, my-script or my-policy if left out')
    .option('--json', 'print what was written as JSON on stdout')
    .action(async (what: Start, name: string | undefined, options: NewOptions) => {
      const { newCommand } = await import('./new.ts');
      finish(newCommand(what, name, program.version() ?? '', options, output));
    });
}
