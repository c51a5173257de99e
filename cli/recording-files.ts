// Apart from other files: a command without a recording does not load what recordings need.
import { statSync } from 'node:fs';
import { fileSink, fileSource, memorySource, type FileSink, type RecordingSource } from '../audit/index.ts';
import type { CliError } from './errors.ts';
import { attempt, notRegular, readBytes, requireWritable, STDIN } from './files.ts';

/**
 * A recording, read in place: it may be larger than memory. Standard input is read whole.
 *
 * @throws {CliError} As {@link readBytes}.
 */
export function openRecordingFile(path: string): RecordingSource & { close(): void } {
  if (path === STDIN) return { ...memorySource(readBytes(path, 'recording')), close: () => undefined };
  return attempt(path, 'read', () => {
    const stats = statSync(path);
    if (!stats.isFile()) throw notRegular(path, stats);
    const { size, read, close } = fileSource(path);
    return { size, read: (offset, length) => attempt(path, 'read', () => read(offset, length)), close };
  });
}

/**
 * A file to record into; what it held is lost. `close` throws the first failure of a write.
 *
 * @throws {CliError} As {@link writeBytes}.
 */
export function createRecordingFile(path: string, inputs: readonly string[] = []): FileSink {
  const file = attempt(path, 'write', () => {
    requireWritable(path, inputs);
    return fileSink(path, { overwrite: true });
  });
  let failure: unknown;
  // What is recorded must go on if the recording cannot: `close` tells of the first failure.
  const careful = (act: () => void): void => {
    try {
      if (failure === undefined) attempt(path, 'write', act);
    } catch (thrown) {
      failure = thrown;
    }
  };
  return {
    write: lines => careful(() => file.write(lines)),
    checkpointed: () => careful(() => file.checkpointed?.()),
    close() {
      try {
        attempt(path, 'write', () => file.close());
      } catch (thrown) {
        failure ??= thrown;
      }
      if (failure !== undefined) throw failure as CliError;
    },
  };
}
