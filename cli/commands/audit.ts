import type { Command } from 'commander';
import type { ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import type { AuditListOptions } from './audit-list.ts';
import type { AuditVerifyOptions } from './audit-verify.ts';
import type { AuditDiffOptions, AuditWhyOptions } from './audit-why.ts';

const collect = (value: string, earlier: readonly string[] = []): string[] => [...earlier, value];
const RECORDINGS = 'files written by a recorder; `-` reads standard input';

/** `beryl audit …`: everything that somebody can do with recordings alone, without a network. */
export function addAuditCommands(program: Command, output: Output, finish: (code: ExitCode) => void): void {
  const audit = program
    .command('audit')
    .description('verify, list and explain recordings, with nothing but files and the keys that you trust');
  const add = (name: string, description: string): Command =>
    audit
      .command(name)
      .description(description)
      .option('--trust <file>', 'keys of peers and recorders that you trust (JSON)')
      .option('--json', 'print JSON on stdout');
  const addList = (name: string, description: string): Command =>
    add(name, description)
      .argument('<recordings...>', RECORDINGS)
      .option('--peer <peer>', 'only what happened on this peer: name or id')
      .option('--particle <particle>', 'only this particle: id, or the beginning of its signature')
      .option('--text <text>', 'only what contains this text')
      .option('--after <time>', 'only from this time on, such as 2026-11-28T20:00:00Z')
      .option('--before <time>', 'only before this time');

  add('verify', 'say what recordings prove: their content, and whether they are complete')
    .argument('<recordings...>', RECORDINGS)
    .option('--policy <file>', 'logs and witnesses that you trust (C2SP tlog-policy)')
    .option('--checkpoint <file>', 'a checkpoint that you kept; may be given several times', collect)
    .action(async (paths: string[], options: AuditVerifyOptions) => {
      const { auditVerifyCommand } = await import('./audit-verify.ts');
      finish(auditVerifyCommand(paths, options, output));
    });

  addList('calls', 'list who called what with which arguments, and what was decided')
    .option('--service <service>', 'only calls of this service')
    .option('--function <function>', 'only calls of this function')
    .option('--outcome <outcome>', 'only served, failed, denied, refused or pending calls')
    .action(async (paths: string[], options: AuditListOptions) => {
      const { auditCallsCommand } = await import('./audit-list.ts');
      finish(auditCallsCommand(paths, options, output));
    });

  addList('timeline', 'list runs, calls and hops in order, with the time between them').action(
    async (paths: string[], options: AuditListOptions) => {
      const { auditTimelineCommand } = await import('./audit-list.ts');
      finish(auditTimelineCommand(paths, options, output));
    },
  );

  add('particles', 'list what was started, by whom, and how it went')
    .argument('<recordings...>', RECORDINGS)
    .action(async (paths: string[], options: AuditListOptions) => {
      const { auditParticlesCommand } = await import('./audit-list.ts');
      finish(auditParticlesCommand(paths, options, output));
    });

  add('why', 'show where a call’s arguments came from, down to literals and first calls')
    .argument('<recording>', RECORDINGS)
    .argument('<call>', 'its number in `beryl audit calls`')
    .argument('[argument]', 'which argument, from 1; all if left out')
    .action(async (path: string, call: string, argument: string | undefined, options: AuditWhyOptions) => {
      const { auditWhyCommand } = await import('./audit-why.ts');
      finish(auditWhyCommand(path, call, argument, options, output));
    });

  add('diff', 'show what differs between two recordings, or two particles')
    .argument('<recording>', RECORDINGS)
    .argument('[other]', 'another recording; left out, --left and --right name two particles of one')
    .option('--left <particle>', 'particle of the first recording')
    .option('--right <particle>', 'particle of the second')
    .action(async (left: string, right: string | undefined, options: AuditDiffOptions) => {
      const { auditDiffCommand } = await import('./audit-why.ts');
      finish(auditDiffCommand(left, right, options, output));
    });
}
