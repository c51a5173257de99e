import type { Command } from 'commander';
import type { ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { Group } from './groups.ts';
import { oneOf } from './options.ts';
import type { PolicyOptions } from './policy.ts';

/** The commands that check and test policies. */
export function addPolicyCommands(program: Command, output: Output, finish: (code: ExitCode) => void): void {
  const policy = program
    .command('policy')
    .helpGroup(Group.scripts)
    .description('check a policy, and test it against recorded calls before you load it');

  policy
    .command('check')
    .description('find rules that can never match, and rules that let no call pass')
    .argument('<policy>', 'rules on calls (JSON)')
    .option('-n, --network <file>', 'peers and services that the policy names (JSON)')
    .option('--peer <name>', 'peer of that network that loads the policy')
    .option('--json', 'print JSON on stdout')
    .action(async (path: string, options: PolicyOptions) => {
      const { policyCheckCommand } = await import('./policy.ts');
      finish(await policyCheckCommand(path, options, output));
    });

  policy
    .command('test')
    .description('say which recorded calls a policy would deny or allow anew, rule by rule')
    .argument('<policy>', 'rules on calls (JSON)')
    .argument('<recordings...>', 'files written by a recorder; `-` reads standard input')
    .option('-n, --network <file>', 'peers that the policy names (JSON)')
    .option('--peer <peer>', 'test the calls of this peer only: name or id')
    .addOption(oneOf('--mode <mode>', 'test all rules in this mode', ['off', 'monitor', 'enforce']))
    .option('--json', 'print JSON on stdout')
    .action(async (path: string, recordings: string[], options: PolicyOptions) => {
      const { policyTestCommand } = await import('./policy.ts');
      finish(await policyTestCommand(path, recordings, options, output));
    });
}
