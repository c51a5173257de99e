import { Option, type Command } from 'commander';
import type { ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import type { CheckOptions } from './check.ts';
import type { CompileCommandOptions } from './compile.ts';
import type { ExplainOptions } from './explain.ts';
import type { FmtOptions } from './fmt.ts';
import { Group } from './groups.ts';
import { collect } from './options.ts';
import type { LintOptions } from './lint.ts';
import type { McpOptions } from './mcp.ts';

const SCRIPTS = 'AIR scripts, or folders of them; `-` reads standard input';
const PROGRAMS =
  'AIR scripts, Aqua programs, or folders of them; `-` reads an AIR script from standard input';
const NETWORK = 'peers, services and variables (JSON); names in it count as defined';

/** The commands that read scripts, and the servers of editors and agents. */
export function addScriptCommands(program: Command, output: Output, finish: (code: ExitCode) => void): void {
  program
    .command('lsp')
    .helpGroup(Group.scripts)
    .description('serve an editor: the Language Server Protocol on standard input and output')
    .option('--stdio', 'accepted, as editors give it')
    // The client library of Visual Studio Code gives it; the server's library ends with that process.
    .addOption(new Option('--clientProcessId <pid>', 'accepted, as editors give it').hideHelp())
    .action(async () => {
      const { lspCommand } = await import('./lsp.ts');
      finish(await lspCommand(program.version() ?? ''));
    });
  program
    .command('mcp')
    .helpGroup(Group.run)
    .description(
      'serve an agent: plans are checked, refused or run, over the Model Context Protocol on stdio',
    )
    .argument('<config>', 'MCP servers to wrap, policy and key (JSON with comments)')
    .option('--proofs <folder>', 'write the proof of each call there; in the results if left out')
    .option('--record <file>', 'write a recording for `beryl audit` and `beryl replay`')
    .action(async (path: string, options: McpOptions) => {
      const { mcpCommand } = await import('./mcp.ts');
      finish(await mcpCommand(path, options, program.version() ?? '', output));
    });
  program
    .command('check')
    .helpGroup(Group.scripts)
    .description('say what is wrong with scripts')
    .argument('<script...>', PROGRAMS)
    .option('-n, --network <file>', NETWORK)
    .option('--json', 'print the diagnostics as JSON on stdout')
    .action(async (paths: string[], options: CheckOptions) => {
      const { checkCommand } = await import('./check.ts');
      finish(await checkCommand(paths, options, output));
    });
  program
    .command('compile')
    .helpGroup(Group.scripts)
    .description('compile an Aqua program to AIR or TypeScript, or a service to an Aqua declaration')
    .argument('<file>', 'Aqua program; with --declare, an ES module with a service')
    .option('-o, --out <folder>', 'write files there; printed if left out')
    .option('--ts', 'typed TypeScript functions instead of AIR')
    .option('--relay', 'go to other peers through the relay that `-relay-` names')
    .option('--imports <folder>', 'where imports are looked for; may be given several times', collect)
    .option('--declare', 'print the Aqua declaration of the service that a module exports')
    .option('-n, --network <file>', 'with --declare: peers that the module is given, as `{ peers }`')
    .option('--json', 'print what was made as JSON on stdout')
    .action(async (path: string, options: CompileCommandOptions) => {
      const { compileCommand } = await import('./compile.ts');
      finish(await compileCommand(path, options, output));
    });
  program
    .command('fmt')
    .helpGroup(Group.scripts)
    .description('rewrite scripts in their one layout; comments stay')
    .argument('<script...>', SCRIPTS)
    .option('--check', 'write nothing; fail if a script is not formatted')
    .option('--json', 'print what changed as JSON on stdout')
    .action(async (paths: string[], options: FmtOptions) => {
      const { fmtCommand } = await import('./fmt.ts');
      finish(fmtCommand(paths, options, output));
    });
  program
    .command('explain')
    .helpGroup(Group.scripts)
    .description('say who acts when, and where each argument can come from, without running a script')
    .argument('<script>', 'AIR script, or Aqua program; `-` reads an AIR script from standard input')
    .option('-n, --network <file>', NETWORK)
    .option('--json', 'print it as JSON on stdout')
    .option('--dot', 'print the order of steps as a graph for Graphviz')
    .action(async (path: string, options: ExplainOptions) => {
      const { explainCommand } = await import('./explain.ts');
      finish(await explainCommand(path, options, output));
    });
  program
    .command('lint')
    .helpGroup(Group.scripts)
    .description('say what is valid and probably not meant; with a network file, what its guards will refuse')
    .argument('<script...>', PROGRAMS)
    .option('-n, --network <file>', NETWORK)
    .option('--policy <file>', 'rules on calls (JSON): which scripts it would break; needs --network')
    .option('--peer <name>', 'with --policy: the peer that loads it; all peers if left out')
    .option('--deny-warnings', 'fail if there is a warning')
    .option('--json', 'print the findings as JSON on stdout')
    .action(async (paths: string[], options: LintOptions) => {
      const { lintCommand } = await import('./lint.ts');
      finish(await lintCommand(paths, options, output));
    });
}
