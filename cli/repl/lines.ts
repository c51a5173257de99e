import { StringDecoder } from 'node:string_decoder';
import { CliError } from '../errors.ts';
import { FILE_BYTES_MAX } from '../files.ts';

/**
 * The lines of a pipe, whatever its chunks.
 *
 * @throws {CliError} If a line does not end within the size of a script.
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let parts: string[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    const [first = '', ...rest] = decoder.write(chunk).split('\n');
    parts.push(first);
    size += first.length;
    for (const next of rest) {
      yield withoutReturn(parts.join(''));
      [parts, size] = [[next], next.length];
    }
    if (size > FILE_BYTES_MAX.script)
      throw new CliError('ERR_CLI_COMMAND', `a line is longer than ${FILE_BYTES_MAX.script} characters`);
  }
  const last = parts.join('') + decoder.end();
  if (last !== '') yield withoutReturn(last);
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);
