import { AuditError } from '../errors.ts';
import type { RecordingSink } from '../recorder/sink.ts';
import type { RecordingSource } from './lines.ts';

/** The part of `node:fs` that is used. Asked for at run time: an import would not load in browsers. */
interface Fs {
  openSync(path: string, flags: 'r' | 'w' | 'wx'): number;
  closeSync(file: number): void;
  fsyncSync(file: number): void;
  fstatSync(file: number): { readonly size: number };
  writeSync(file: number, bytes: Uint8Array, offset: number): number;
  readSync(file: number, buffer: Uint8Array, offset: number, length: number, position: number): number;
}

interface HostProcess {
  getBuiltinModule?(name: 'node:fs'): Fs;
}

function fs(): Fs {
  const found = (globalThis as { process?: HostProcess }).process?.getBuiltinModule?.('node:fs');
  if (found === undefined) throw new TypeError('files need Node; use a sink or source in memory here');
  return found;
}

/** A sink that writes to a file, and must be closed. */
export interface FileSink extends RecordingSink {
  close(): void;
}

const encoder = new TextEncoder();
/** UTF-16 units that wait to be written. */
const WAITING_MAX = 256 * 1024;

/**
 * Writes a recording to a new file. Lines of events that happen together are written together, before the process does anything else:
 * what was handed to the operating system survives a crash of the process.
 *
 * @param options.sync      Also waits for the disk at every checkpoint, so that lines survive a loss of power.
 * @param options.overwrite Replaces a file that is there; otherwise it is left alone.
 * @throws {Error} As `node:fs`, such as `EEXIST`. A later failure is thrown by the next write, or by `close`.
 */
export function fileSink(
  path: string,
  { sync = false, overwrite = false }: { readonly sync?: boolean; readonly overwrite?: boolean } = {},
): FileSink {
  const file = fs().openSync(path, overwrite ? 'w' : 'wx');
  let waiting = '';
  let failure: unknown;
  const flush = (): void => {
    if (waiting === '' || failure !== undefined) return;
    const bytes = encoder.encode(waiting);
    waiting = '';
    try {
      for (let at = 0; at < bytes.length;) at += fs().writeSync(file, bytes, at);
    } catch (thrown) {
      failure = thrown;
    }
  };
  return {
    write(lines) {
      if (failure !== undefined) throw failure as Error;
      if (waiting === '') queueMicrotask(flush);
      waiting += lines;
      if (waiting.length > WAITING_MAX) flush();
    },
    checkpointed() {
      flush();
      if (sync) fs().fsyncSync(file);
    },
    close() {
      flush();
      fs().closeSync(file);
      if (failure !== undefined) throw failure as Error;
    },
  };
}

/** A source that reads from a file, and must be closed. */
export interface FileSource extends RecordingSource {
  close(): void;
}

/** Bytes that are read at once for small reads: entries of a particle often stand together. */
const BLOCK = 64 * 1024;

/**
 * Reads a recording in place.
 *
 * @throws {Error} As `node:fs`. @throws {AuditError} ERR_RECORDING_SIZE if the file has become shorter while it is read.
 */
export function fileSource(path: string): FileSource {
  const { openSync, fstatSync, readSync, closeSync } = fs();
  const file = openSync(path, 'r');
  const { size } = fstatSync(file);
  let block: Uint8Array = new Uint8Array(0);
  let blockAt = 0;
  const load = (offset: number, length: number): Uint8Array => {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
    for (let at = 0; at < bytes.length;) {
      const count = readSync(file, bytes, at, bytes.length - at, offset + at);
      if (count === 0)
        throw new AuditError('ERR_RECORDING_SIZE', 'the recording has become shorter while it was read');
      at += count;
    }
    return bytes;
  };
  return {
    size,
    read(offset, length) {
      if (length > BLOCK) return load(offset, length);
      if (offset < blockAt || offset + length > blockAt + block.length) {
        block = load(offset, BLOCK);
        blockAt = offset;
      }
      return block.subarray(offset - blockAt, offset - blockAt + length);
    },
    close: () => closeSync(file),
  };
}
