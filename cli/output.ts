import { AirError } from '../air-grammar/index.ts';
import type { BerylError } from '../base/error.ts';
import { printable, printableJson, printableLines } from '../base/printable.ts';
import { coloured, hasColours } from './colours.ts';
import { jsonText } from './json-text.ts';
import { clearProgress } from './progress.ts';

/**
 * Reports for people go to stderr, listings and results for programs to stdout: `beryl run --json | jq` works beside any
 * report. All output is printable.
 */
export interface Output {
  /** A report, on stderr. */
  say(text: string): void;
  /** What was asked for, on stdout. */
  list(text: string): void;
  /** The result for a program, on stdout: one JSON document. */
  json(value: unknown): void;
}

export const terminal: Output = {
  say: text => write(process.stderr, text),
  list: text => write(process.stdout, text),
  json: value => void process.stdout.write(`${printableJson(jsonText(value))}\n`),
};

function write(stream: NodeJS.WriteStream, text: string): void {
  clearProgress();
  const shown = printableLines(text);
  stream.write(`${hasColours(stream) ? coloured(shown) : shown}\n`);
}

/**
 * Watches stdout and stderr. The reader may stop reading, as `head` does: then the output ends without an error.
 *
 * @param failed What happens if output cannot be written for another reason: a full disk.
 */
export function watchOutput(failed: (failure: NodeJS.ErrnoException) => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (failure: NodeJS.ErrnoException) => {
      if (failure.code !== 'EPIPE') failed(failure);
    });
  }
}

/** Resolves when all that was shown is out, or cannot get out any more. */
export async function flushed(): Promise<void> {
  for (const stream of [process.stdout, process.stderr])
    await new Promise<void>(resolve => void stream.write('', () => resolve()));
}

/** A refusal for people. Only diagnostics of scripts have several lines. */
export const errorText = (failure: BerylError): string =>
  `${failure.code}: ${failure instanceof AirError ? failure.message.trimEnd() : printable(failure.message)}`;
