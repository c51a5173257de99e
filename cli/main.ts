#!/usr/bin/env node
// The command is bin/beryl.mjs. This file can be run, too, because npx remembers where the command of an earlier version stood.
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { BerylError } from '../base/error.ts';
import { printable, printableLines } from '../base/printable.ts';
import { addAuditCommands } from './commands/audit.ts';
import type { ReceiptCommandOptions } from './commands/receipt.ts';
import type { RunOptions } from './commands/run.ts';
import { ExitCode } from './errors.ts';
import { errorText, flushed, ignoreClosedPipes, terminal } from './output.ts';

const EXIT_CODES = `
Exit codes:
  0  all went well
  1  the script failed
  2  usage: a malformed script, network file, recording, receipt or command line
  3  network: a peer could not be reached, or the particle expired
  4  a peer's rules denied a call
  5  verification: a peer refused data, a replay differs, a receipt proves nothing, or a
     recording convicts a peer of signing conflicting records
  6  an audit found nothing wrong, but not everything is proven
  70 an unexpected error: a bug of Beryl, or of a module in the network file`;

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('beryl')
  .description(
    'Runs AIR scripts across peers that do not trust each other, and proves where every value came from.',
  )
  .version(version)
  .addHelpText('after', EXIT_CODES)
  .exitOverride()
  .configureOutput({
    writeErr: text => void process.stderr.write(printableLines(text)),
    // The command line may be pasted from anywhere; a suggestion stands on a line of its own.
    outputError: (text, write) => write(`${printable(text.trimEnd().replace('\n(Did', ' (Did'))}\n`),
  });

// Each command is imported when it runs: a process pays for no other.
const finish = (code: ExitCode): void => void (process.exitCode = code);

program
  .command('run')
  .description('run a script on the peers of a network file')
  .argument('<script>', 'AIR script; `-` reads standard input')
  .requiredOption('-n, --network <file>', 'peers, services and variables (JSON)')
  .option('--json', 'print the outcome as JSON on stdout')
  .option('--verbose', 'show every hop with its trace and tetraplets')
  .option('--record <file>', 'write a recording for `beryl replay`')
  .action(async (script: string, options: RunOptions) => {
    const { runCommand } = await import('./commands/run.ts');
    finish(await runCommand(script, options, terminal));
  });

program
  .command('replay')
  .description('run a recording again; name the first difference')
  .argument('<recording>', 'file written by --record')
  .option('--json', 'print the verdict as JSON on stdout')
  .action(async (path: string, options: { json?: boolean }) => {
    const { replayCommand } = await import('./commands/replay.ts');
    finish(replayCommand(path, options, terminal));
  });

program
  .command('receipt')
  .description('list the results in a recording, or take one out for others to verify')
  .argument('<recording>', 'file written by --record')
  .argument('[number]', 'which result; all are listed if left out')
  .option('-o, --out <file>', 'write the receipt')
  .option('--no-value', 'leave the result out, but for its hash')
  .option('--no-arguments', 'leave the arguments out, but for their hash')
  .option('--json', 'print what it proves as JSON on stdout')
  .action(async (path: string, number: string | undefined, options: ReceiptCommandOptions) => {
    const { receiptCommand } = await import('./commands/receipt.ts');
    finish(receiptCommand(path, number, options, terminal));
  });

program
  .command('evidence')
  .description('look in a recording for a peer that signed conflicting records')
  .argument('<recording>', 'file written by --record')
  .option('-o, --out <file>', 'write the evidence')
  .option('--json', 'print what it proves as JSON on stdout')
  .action(async (path: string, options: { out?: string; json?: boolean }) => {
    const { evidenceCommand } = await import('./commands/receipt.ts');
    finish(evidenceCommand(path, options, terminal));
  });

program
  .command('verify-receipt')
  .description('say what a receipt, or evidence, proves; needs nothing but the file')
  .argument('<file>', 'written by `beryl receipt` or `beryl evidence`')
  .option('--json', 'print what it proves as JSON on stdout')
  .action(async (path: string, options: { json?: boolean }) => {
    const { verifyReceiptCommand } = await import('./commands/verify-receipt.ts');
    finish(verifyReceiptCommand(path, options, terminal));
  });

program
  .command('repl')
  .description('type scripts, see results, origins and traces; reads a pipe as well')
  .option('-n, --network <file>', 'peers, services and variables (JSON); the demo’s if left out')
  .action(async (options: { network?: string }) => {
    const { replCommand } = await import('./commands/repl.ts');
    finish(await replCommand(options, terminal));
  });

program
  .command('demo')
  .description('an honest post accepted, every forged one refused')
  .option('--verbose', 'show every hop with its trace and tetraplets')
  .action(async (options: { verbose?: boolean }) => {
    const { demoCommand } = await import('./commands/demo.ts');
    finish(await demoCommand(options, terminal));
  });

addAuditCommands(program, terminal, finish);

/** With `--json`, every outcome is JSON. */
function failed(outcome: string, exitCode: ExitCode, code: string, text: string): void {
  if (process.argv.includes('--json'))
    terminal.json({ outcome, exitCode, layer: 'command line', code, peerId: '', text });
  finish(exitCode);
}

function crashed(failure: unknown): void {
  const text = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
  terminal.say(`unexpected error: ${text}`);
  failed('internal-error', ExitCode.internal, 'ERR_CLI_INTERNAL', printable(text));
}

ignoreClosedPipes();
process.on('uncaughtException', failure => {
  crashed(failure);
  process.exit();
});
try {
  await program.parseAsync();
} catch (failure) {
  if (failure instanceof CommanderError) {
    // Commander has written the text already.
    if (failure.exitCode !== 0) failed('usage-error', ExitCode.usage, 'ERR_CLI_USAGE', failure.message);
  } else if (failure instanceof BerylError) {
    terminal.say(errorText(failure));
    failed('usage-error', ExitCode.usage, failure.code, failure.message);
  } else crashed(failure);
}
// A module of the network file may hold timers and sockets; the command is over all the same.
await flushed();
process.exit();
