import { Command } from 'commander';
import { printable, printableLines } from '../base/printable.ts';
import { addAuditCommands } from './commands/audit.ts';
import { addDescribingCommands } from './commands/describing.ts';
import { addFileCommands } from './commands/files.ts';
import { Group } from './commands/groups.ts';
import { addPeerCommands } from './commands/peer.ts';
import { addPolicyCommands } from './commands/policies.ts';
import { addRunCommands } from './commands/running.ts';
import { addScriptCommands } from './commands/scripts.ts';
import { addStartCommands } from './commands/starting.ts';
import { EXIT_MEANINGS, type ExitCode } from './errors.ts';
import type { Output } from './output.ts';

const EXAMPLES = `
Examples:
  beryl demo
  beryl new service bank
  beryl run post.air --network network.json --record post.beryl
  beryl receipt post.beryl 1 --out post.receipt && beryl verify post.receipt

Pages: docs/tutorial.md to begin with, docs/cli.md for every command, docs/operating.md for peers;
they stand beside the package, in node_modules/beryl/docs. \`beryl <command> --help\` shows its options.`;

/** In the order of `--help`. */
const GROUPS = [
  addStartCommands,
  addRunCommands,
  addPolicyCommands,
  addScriptCommands,
  addFileCommands,
  addAuditCommands,
  addPeerCommands,
  addDescribingCommands,
];

const EXIT_WIDTH = 95;

function exitCodes(program: Command): string {
  const rows = EXIT_MEANINGS.map(([code, meaning]) => {
    const lines = program.createHelp().boxWrap(meaning, EXIT_WIDTH).split('\n');
    return `  ${String(code).padEnd(2)} ${lines.join(`\n${' '.repeat(5)}`)}`;
  });
  return ['Exit codes:', ...rows].join('\n');
}

/**
 * The table of all commands: `--help`, completions and man pages are made from it. Each command is imported when it runs: a process pays
 * for no other.
 *
 * @param finish Takes the outcome of the command that ran.
 * @param called The command that runs, if that is known: groups behind its own are then left out, which saves time at start.
 */
export function createProgram(
  version: string,
  output: Output,
  finish: (code: ExitCode) => void,
  called?: string,
): Command {
  const program = new Command('beryl')
    .description(
      'Runs AIR scripts across peers that do not trust each other, and proves where every value came from.',
    )
    .version(version)
    .exitOverride()
    .configureOutput({
      writeErr: text => void process.stderr.write(printableLines(text)),
      // The command line may be pasted from anywhere; a suggestion stands on a line of its own.
      outputError: (text, write) =>
        write(`${printable(advised(text.trimEnd().replace('\n(Did', ' (Did')))}\n`),
    });
  program.addHelpText('after', () => `${EXAMPLES}\n\n${exitCodes(program)}`);
  program.commandsGroup(Group.start);
  for (const addCommands of GROUPS) {
    addCommands(program, output, finish);
    if (program.commands.some(command => command.name() === called)) break;
  }
  return program;
}

/** Commander says what is missing; this adds where the command's arguments are listed. */
const advised = (text: string): string =>
  /^error: (?:missing required argument|required option)/u.test(text)
    ? `${text}: \`--help\` behind the command shows what it takes`
    : text;
