#!/usr/bin/env node
// The command is bin/beryl.mjs. This file can be run, too, because npx remembers where the command of an earlier version stood.
import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { BerylError } from '../base/error.ts';
import { printable } from '../base/printable.ts';
import { ExitCode, exitCodeOf, graverOf } from './errors.ts';
import { beforeEnd, floatingRejection, mayExit, setFaultPolicy, stackOf } from './faults.ts';
import { errorText, flushed, terminal, watchOutput } from './output.ts';
import { createProgram } from './program.ts';
import { reasonOf } from './reasons.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const NODE_UNSETTLED = 13;

let exitCode: ExitCode = ExitCode.ok;
/** Of several outcomes the most severe one counts. */
const finish = (code: ExitCode): void => void (exitCode = graverOf(exitCode, code));
const program = createProgram(version, terminal, finish, process.argv[2]);

/** With `--json`, every outcome is JSON. */
function failed(outcome: string, exitCode: ExitCode, code: string, text: string): void {
  if (process.argv.includes('--json'))
    terminal.json({ outcome, exitCode, layer: 'command line', code, peerId: '', text });
  finish(exitCode);
}

function crashed(failure: unknown): void {
  const text = stackOf(failure);
  terminal.say(`unexpected error: ${text}`);
  failed('internal-error', ExitCode.internal, 'ERR_CLI_INTERNAL', text);
}

/** Whoever else ends the process ends it before the outcome is known. */
let isOver = false;
function end(): never {
  isOver = true;
  process.exit(exitCode);
}

watchOutput(failure => {
  // Neither stream may be there to say so; the exit code is.
  process.stderr.write(`ERR_CLI_FILE: cannot write the output: ${reasonOf(failure)}\n`);
  finish(ExitCode.usage);
  end();
});
process.on('exit', code => {
  if (isOver || (mayExit() && code !== NODE_UNSETTLED)) return;
  // Node ends with code 13, without a word, if nothing is left that could end what is awaited.
  crashed(
    new Error(
      code === NODE_UNSETTLED
        ? 'the command waits for something that cannot happen any more'
        : 'a module ended the process (`process.exit`) before the outcome was known',
    ),
  );
  process.exitCode = exitCode;
});
setFaultPolicy({
  floating({ handler, stack }) {
    const whose = handler === undefined ? '' : ` by \`${printable(handler)}\``;
    terminal.say(`unexpected error: a promise made${whose} rejected, and nothing awaits it: ${stack}`);
    finish(ExitCode.internal);
  },
});
process.on('unhandledRejection', floatingRejection);
let isEnding = false;
process.on('uncaughtException', failure => {
  crashed(failure);
  if (isEnding) end();
  isEnding = true;
  void beforeEnd(failure).then(end);
});
try {
  await program.parseAsync();
} catch (failure) {
  if (failure instanceof CommanderError) {
    // Commander has written the text already.
    if (failure.exitCode !== 0) failed('usage-error', ExitCode.usage, 'ERR_CLI_USAGE', failure.message);
  } else if (failure instanceof BerylError) {
    terminal.say(errorText(failure));
    const code = exitCodeOf(failure);
    const outcome = code === ExitCode.network ? 'network-error' : 'usage-error';
    failed(outcome, code, failure.code, failure.message);
  } else crashed(failure);
}
// A module of the network file may hold timers and sockets; the command is over all the same.
await flushed();
end();
