import type { Command } from 'commander';
import type { ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import type { AuditVerifyOptions } from './audit-verify.ts';

const collect = (value: string, earlier: readonly string[] = []): string[] => [...earlier, value];

/** `beryl audit …`: everything that somebody can do with recordings alone, without a network. */
export function addAuditCommands(program: Command, output: Output, finish: (code: ExitCode) => void): void {
  const audit = program
    .command('audit')
    .description('verify, list and explain recordings, with nothing but files and the keys that you trust');

  audit
    .command('verify')
    .description('say what recordings prove: their content, and whether they are complete')
    .argument('<recordings...>', 'files written by a recorder; `-` reads standard input')
    .option('--trust <file>', 'keys of peers and recorders that you trust (JSON)')
    .option('--policy <file>', 'logs and witnesses that you trust (C2SP tlog-policy)')
    .option('--checkpoint <file>', 'a checkpoint that you kept; may be given several times', collect)
    .option('--json', 'print the report as JSON on stdout')
    .action(async (paths: string[], options: AuditVerifyOptions) => {
      const { auditVerifyCommand } = await import('./audit-verify.ts');
      finish(auditVerifyCommand(paths, options, output));
    });
}
