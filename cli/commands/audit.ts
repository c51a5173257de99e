import type { Command } from 'commander';
import type { ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import type { AuditEntryOptions, AuditRedactOptions } from './audit-file.ts';
import type { AuditExportOptions } from './audit-export.ts';
import type { AuditListOptions } from './audit-list.ts';
import type { AuditProveOptions } from './audit-prove.ts';
import type { AuditDiffOptions, AuditWhyOptions } from './audit-why.ts';
import { Group } from './groups.ts';
import { collect, oneOf } from './options.ts';
import type { VerifyCommandOptions } from './verify.ts';

const RECORDING = 'file written by a recorder; `-` reads standard input';
const RECORDINGS = 'files written by a recorder; `-` reads standard input';

/** `beryl audit …`: everything that somebody can do with recordings alone, without a network. */
export function addAuditCommands(program: Command, output: Output, finish: (code: ExitCode) => void): void {
  const audit = program
    .command('audit')
    .helpGroup(Group.audit)
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
      .option('--peer <peer>', 'only what happened on this peer: name, id, or an id as tables show it')
      .option('--particle <particle>', 'only this particle: id or signature, or the beginning of one')
      .option('--text <text>', 'only what contains this text')
      .option('--after <time>', 'only from this time on, such as 2026-11-28T20:00:00Z')
      .option('--before <time>', 'only before this time');

  add('verify', 'say what recordings prove: their content, and whether they are complete')
    .addHelpText(
      'after',
      '\n`beryl verify` takes these files, too, and receipts, evidence and proofs. This command prints the report of an\nauditor alone, and its --json is the list of claims (docs/audit.md).',
    )
    .argument('<recordings...>', RECORDINGS)
    .option('--policy <file>', 'logs and witnesses that you trust (C2SP tlog-policy)')
    .option(
      '--identity <file>',
      'which key follows which, from `beryl keys export`; may be given several times',
      collect,
    )
    .option('--checkpoint <file>', 'a checkpoint that you kept; may be given several times', collect)
    .action(async (paths: string[], options: VerifyCommandOptions) => {
      const { auditVerifyCommand } = await import('./verify.ts');
      finish(auditVerifyCommand(paths, options, output));
    });

  addList('calls', 'list who called what with which arguments, and what was decided')
    .option('--service <service>', 'only calls of this service')
    .option('--function <function>', 'only calls of this function')
    .addOption(
      oneOf('--outcome <outcome>', 'only calls that ended so', [
        'served',
        'failed',
        'denied',
        'refused',
        'pending',
      ]),
    )
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

  addList('particles', 'list what was started, by whom, and how it went').action(
    async (paths: string[], options: AuditListOptions) => {
      const { auditParticlesCommand } = await import('./audit-list.ts');
      finish(auditParticlesCommand(paths, options, output));
    },
  );

  add('why', 'show where a call’s arguments came from, down to literals and first calls')
    .argument('<recording>', RECORDING)
    .argument('<call>', 'its number in `beryl audit calls`')
    .argument('[argument]', 'which argument, from 1; all if left out')
    .action(async (path: string, call: string, argument: string | undefined, options: AuditWhyOptions) => {
      const { auditWhyCommand } = await import('./audit-why.ts');
      finish(auditWhyCommand(path, call, argument, options, output));
    });

  add('prove', 'take one call out, with everything behind its arguments, for others to verify')
    .argument('<recording>', RECORDINGS)
    .argument('<call>', 'its number in `beryl audit calls`')
    .option('-o, --out <file>', 'write the proof')
    .addOption(
      oneOf('--show <values>', 'which values it shows; others are sealed', ['needed', 'call', 'all']).default(
        'call',
      ),
    )
    .action(async (path: string, call: string, options: AuditProveOptions) => {
      const { auditProveCommand } = await import('./audit-prove.ts');
      finish(auditProveCommand(path, call, options, output));
    });

  add('diff', 'show what differs between two recordings, or two particles')
    .argument('<recording>', RECORDING)
    .argument('[other]', 'another recording; left out, --left and --right name two particles of one')
    .option('--left <particle>', 'particle of the first recording')
    .option('--right <particle>', 'particle of the second')
    .action(async (left: string, right: string | undefined, options: AuditDiffOptions) => {
      const { auditDiffCommand } = await import('./audit-why.ts');
      finish(auditDiffCommand(left, right, options, output));
    });

  add('entry', 'take one entry out, with the proof that it stands in the recorder’s log')
    .argument('<recording>', RECORDING)
    .argument('<number>', 'of the entry')
    .option('-o, --out <file>', 'write the proof (c2sp.org/tlog-proof@v1)')
    .action(async (path: string, number: string, options: AuditEntryOptions) => {
      const { auditEntryCommand } = await import('./audit-file.ts');
      finish(auditEntryCommand(path, number, options, output));
    });

  audit
    .command('export')
    .description('write recordings in a form that other tools read')
    .argument('<recordings...>', 'files written by a recorder')
    .addOption(
      oneOf('-f, --format <format>', 'what other tools read', [
        'json',
        'csv',
        'dot',
        'mermaid',
        'prov-json',
        'otlp',
        'perfetto',
        'in-toto',
      ]).makeOptionMandatory(),
    )
    .option('-o, --out <file>', 'write a file; else stdout')
    .option('--particle <particle>', 'only this particle: id or signature, or the beginning of one')
    .option('--content', 'put arguments and results into prov-json, otlp and perfetto')
    .option('--trust <file>', 'keys of peers and recorders that you trust (JSON)')
    .option('--policy <file>', 'logs and witnesses that you trust (C2SP tlog-policy)')
    .option('--key <file>', 'your key, for in-toto: a seed of 64 hex digits')
    .option('--json', 'with --out: print what was written as JSON on stdout')
    .action(async (paths: string[], options: AuditExportOptions) => {
      const { auditExportCommand } = await import('./audit-export.ts');
      finish(auditExportCommand(paths, options, output));
    });

  audit
    .command('redact')
    .description('copy a recording without some content; what remains still proves what it did')
    .argument('<recording>', RECORDING)
    .requiredOption('-o, --out <file>', 'where to write the copy')
    .option('--values', 'withhold arguments, results, data and texts')
    .option(
      '--hash <hash>',
      'withhold this content, as `audit entry` prints its hash; may be given several times',
      collect,
    )
    .option('--json', 'print what was withheld as JSON on stdout')
    .action(async (path: string, options: AuditRedactOptions) => {
      const { auditRedactCommand } = await import('./audit-file.ts');
      finish(auditRedactCommand(path, options, output));
    });
}
