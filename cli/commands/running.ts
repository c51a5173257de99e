import type { Command } from 'commander';
import type { ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { Group } from './groups.ts';
import { collect } from './options.ts';
import type { DemoOptions } from './demo.ts';
import type { ReplOptions } from './repl.ts';
import type { RunOptions } from './run.ts';

/** The commands that run scripts. */
export function addRunCommands(program: Command, output: Output, finish: (code: ExitCode) => void): void {
  program
    .command('run')
    .helpGroup(Group.run)
    .description('run a script on the peers of a network file, or on running peers')
    .argument('<script>', 'AIR script, or Aqua program (.aqua); `-` reads a script from standard input')
    .option(
      '--call <call>',
      'of an Aqua program: the function and its arguments, such as \'post("hello", blog)\'',
    )
    .option('-n, --network <file>', 'peers, services and variables (JSON)')
    .option(
      '-p, --peer <address>',
      'a running peer: /ip4/…/tcp/…/p2p/<peer id>; the script knows its id as `peer`',
    )
    .option('--var <name=value>', 'with --peer: a name that the script uses; JSON, text or @file', collect)
    .option(
      '--ttl <ms>',
      'with --peer: life of the script, milliseconds; the wait for the connection is bounded by it, too',
    )
    .option('--json', 'print the outcome as JSON on stdout')
    .option('--verbose', 'show every hop with its trace and tetraplets')
    .option('--record <file>', 'write a recording for `beryl replay`')
    .action(async (script: string, options: RunOptions) => {
      const { runCommand } = await import('./run.ts');
      finish(await runCommand(script, options, output));
    });

  program
    .command('repl')
    .helpGroup(Group.run)
    .description('type scripts, see results, origins, traces and refusals; reads a pipe as well')
    .option('-n, --network <file>', 'peers, services and variables (JSON); the demo’s if left out')
    .option('-e, --eval <input>', 'run a script or command and end; may be given several times', collect)
    .action(async (options: ReplOptions) => {
      const { replCommand } = await import('./repl.ts');
      finish(await replCommand(options, output));
    });

  program
    .command('demo')
    .helpGroup(Group.run)
    .description('an honest post accepted, every forged one refused')
    .option('--json', 'print the outcome of each case as JSON on stdout')
    .option('--verbose', 'show every hop with its trace and tetraplets')
    .action(async (options: DemoOptions) => {
      const { demoCommand } = await import('./demo.ts');
      finish(await demoCommand(options, output));
    });
}
