import type { Command } from 'commander';
import type { ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { Group } from './groups.ts';
import { collect } from './options.ts';
import type { ReceiptCommandOptions } from './receipt.ts';
import type { ReplayOptions } from './replay.ts';
import type { VerifyCommandOptions } from './verify.ts';
import type { ViewOptions } from './view.ts';

/** The commands that read recordings, and what was taken out of them. */
export function addFileCommands(program: Command, output: Output, finish: (code: ExitCode) => void): void {
  program
    .command('replay')
    .helpGroup(Group.audit)
    .description('run a recording again; name the first difference')
    .argument('<recording>', 'file written by --record')
    .option('--services <file>', 'a network file: its guards are asked about each call again')
    .option('--json', 'print the verdict as JSON on stdout')
    .action(async (path: string, options: ReplayOptions) => {
      const { replayCommand } = await import('./replay.ts');
      finish(await replayCommand(path, options, output));
    });

  program
    .command('receipt')
    .helpGroup(Group.audit)
    .description('list the results in a recording, or take one out for others to verify')
    .argument('<recording>', 'file written by --record')
    .argument('[number]', 'which result; all are listed if left out')
    .option('-o, --out <file>', 'write the receipt')
    .option('--no-value', 'leave the result out, but for its hash')
    .option('--no-arguments', 'leave the arguments out, but for their hash')
    .option('--json', 'print what it proves as JSON on stdout')
    .action(async (path: string, number: string | undefined, options: ReceiptCommandOptions) => {
      const { receiptCommand } = await import('./receipt.ts');
      finish(receiptCommand(path, number, options, output));
    });

  program
    .command('evidence')
    .helpGroup(Group.audit)
    .description('look in a recording for a peer that signed conflicting records')
    .argument('<recording>', 'file written by --record')
    .option('-o, --out <file>', 'write the evidence')
    .option('--json', 'print what it proves as JSON on stdout')
    .action(async (path: string, options: { out?: string; json?: boolean }) => {
      const { evidenceCommand } = await import('./receipt.ts');
      finish(evidenceCommand(path, options, output));
    });

  program
    .command('verify')
    .helpGroup(Group.audit)
    .description(
      'say what files prove that somebody gave you: receipt, evidence, proof, recording, checkpoint, log proof',
    )
    .argument('<files...>', 'files of any of these kinds; `-` reads standard input')
    .option('--trust <file>', 'keys of peers and recorders that you trust (JSON)')
    .option('--policy <file>', 'logs and witnesses that you trust (C2SP tlog-policy)')
    .option(
      '--identity <file>',
      'which key follows which, from `beryl keys export`; may be given several times',
      collect,
    )
    .option('--checkpoint <file>', 'a checkpoint that you kept; may be given several times', collect)
    .option('--json', 'print what it proves as JSON on stdout')
    .addHelpText(
      'after',
      '\nUse it on any file that somebody gave you. To audit recordings of your own peers, use `beryl audit verify`.',
    )
    .action(async (paths: string[], options: VerifyCommandOptions) => {
      const { verifyCommand } = await import('./verify.ts');
      finish(verifyCommand(paths, options, output));
    });

  program
    .command('view')
    .helpGroup(Group.audit)
    .description(
      'open recordings, receipts and evidence in a page that verifies them; the playground is in it, too',
    )
    .argument('[files...]', 'written by --record, `beryl receipt` or `beryl evidence`')
    .option('--html <file>', 'write the page with the files in it, to hand it on')
    .option('--trust <file>', 'put this trust file into the page; readers see that you chose the keys')
    .option('--no-open', 'only print where the page is')
    .option('--json', 'print where the page is as JSON on stdout')
    .action(async (paths: string[], options: ViewOptions) => {
      const { viewCommand } = await import('./view.ts');
      finish(viewCommand(paths, options, output));
    });
}
