import { shown } from '../../base/options.ts';
import { SandboxError } from '../errors.ts';
import { PAGE_BYTES } from '../thread/protocol.ts';
import { ByteReader, encodeNumber } from './leb128.ts';

/** Elements of all tables of a guest: engines reserve room for them outside of its memory. */
const TABLE_ELEMENTS_MAX = 65_536;

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const [TYPE, IMPORT, TABLE, MEMORY] = [1, 2, 4, 5];
const FUNCTION_IMPORT = 0x00;

/** A module whose memory and tables cannot grow beyond their bounds, and what it imports. */
export interface BoundedModule {
  readonly bytes: Uint8Array;
  /** Functions: `module.name`. */
  readonly imports: readonly string[];
}

/**
 * Writes a bound into a module: the memory and tables that it declares get a maximum. Nothing else of it changes.
 *
 * @throws {SandboxError} `ERR_SANDBOX_SOURCE` for bytes that are not a module, for imports that are not functions, for types other than functions, and for a module that has no
 *   memory of its own, several memories, a shared or 64-bit one, or one that begins beyond the bound.
 */
export function boundedModule(module: Uint8Array, memoryBytes: number): BoundedModule {
  try {
    return bounded(module, memoryBytes / PAGE_BYTES);
  } catch (failure) {
    if (failure instanceof SandboxError) throw failure;
    throw refused((failure as Error).message);
  }
}

function bounded(module: Uint8Array, pages: number): BoundedModule {
  const reader = new ByteReader(module);
  const header = reader.take(HEADER.length);
  if (!HEADER.every((byte, i) => header[i] === byte)) throw refused('it is not a WebAssembly module');
  const parts: (Uint8Array | readonly number[])[] = [HEADER];
  let imports: readonly string[] = [];
  let memories = 0;
  while (!reader.isDone) {
    const start = reader.at;
    const id = reader.byte();
    const length = reader.number();
    const body = new ByteReader(module, reader.at, reader.at + length);
    reader.take(length);
    if (id === TYPE) requireFunctionTypes(body);
    if (id === IMPORT) imports = importsOf(body);
    const changed = id === MEMORY ? memoryOf(body, pages) : id === TABLE ? tablesOf(body) : undefined;
    if (id === MEMORY) memories += 1;
    if (changed === undefined) parts.push(module.subarray(start, reader.at));
    else parts.push([id, ...encodeNumber(changed.length), ...changed]);
  }
  if (memories !== 1) throw refused('it must have a memory of its own');
  return { bytes: joined(parts), imports };
}

const FUNCTION_TYPE = 0x60;
/** Numbers, vectors, and references of the first kind. */
const VALUE_TYPES = new Set([0x7f, 0x7e, 0x7d, 0x7c, 0x7b, 0x70, 0x6f]);

/** Structures and arrays of a module lie outside of its memory, where no bound of ours holds. */
function requireFunctionTypes(reader: ByteReader): void {
  for (let left = reader.number(); left > 0; left -= 1) {
    const isFunction = reader.byte() === FUNCTION_TYPE;
    // Its parameters, then its results.
    if (!isFunction || ![...reader.take(reader.number()), ...reader.take(reader.number())].every(isValueType))
      throw refused('it has types other than functions of numbers');
  }
}

const isValueType = (byte: number): boolean => VALUE_TYPES.has(byte);

function importsOf(reader: ByteReader): string[] {
  const imports: string[] = [];
  for (let left = reader.number(); left > 0; left -= 1) {
    const name = `${reader.name()}.${reader.name()}`;
    if (reader.byte() !== FUNCTION_IMPORT) throw refused(`its import ${shown(name)} is not a function`);
    reader.number();
    imports.push(name);
  }
  return imports;
}

function memoryOf(reader: ByteReader, pages: number): number[] {
  if (reader.number() !== 1) throw refused('it must have one memory');
  return [1, ...boundOf(reader, pages, 'memory')];
}

function tablesOf(reader: ByteReader): number[] {
  const count = reader.number();
  const share = Math.floor(TABLE_ELEMENTS_MAX / Math.max(count, 1));
  const changed = encodeNumber(count);
  for (let left = count; left > 0; left -= 1) {
    const type = reader.byte();
    if (type !== FUNCREF && type !== EXTERNREF) throw refused('it has a table of an unknown kind');
    changed.push(type, ...boundOf(reader, share, 'table'));
  }
  return changed;
}

const [FUNCREF, EXTERNREF] = [0x70, 0x6f];

/** A minimum, and with flag 1 a maximum. Other flags stand for shared and 64-bit ones. */
function boundOf(reader: ByteReader, most: number, what: string): number[] {
  const flag = reader.byte();
  if (flag > 1) throw refused(`it has a shared or 64-bit ${what}`);
  const least = reader.number();
  const own = flag === 1 ? reader.number() : most;
  if (least > most) throw refused(`its ${what} begins with ${least}, and ${most} are allowed`);
  return [1, ...encodeNumber(least), ...encodeNumber(Math.min(own, most))];
}

function joined(parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const refused = (why: string): SandboxError =>
  new SandboxError('ERR_SANDBOX_SOURCE', `the guest cannot be used: ${why}`);
