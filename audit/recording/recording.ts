import { textOf } from '../../base/bytes.ts';
import { AuditError } from '../errors.ts';
import { leafOfEntry, Leaves } from '../log/tree.ts';
import { hashOfBytes } from './hash.ts';
import { ENTRY_KINDS, parseEntry, type Entry, type EntryKind, type EntryOf } from './entry.ts';
import {
  decodeBytes,
  ENTRIES_MAX,
  payloadText,
  readLines,
  type Line,
  type RecordingSource,
} from './lines.ts';
import { NumberList } from './number-list.ts';

/** A checkpoint line, and where it stands. */
export interface CheckpointLine {
  /** The signed note. */
  readonly text: string;
  /** Entries before it. */
  readonly entries: number;
  /** Line, from 1. */
  readonly line: number;
}

/** An entry, where it stands, in the order of the file. */
export interface Placed<E extends Entry = Entry> {
  readonly entry: E;
  /** Place among the entries, from 0; equal to `entry.n` in a whole recording. */
  readonly at: number;
  readonly line: number;
}

/**
 * A recording that is read in place: memory holds an index of some 60 bytes an entry and 150 a content, and the peers.
 */
export class Recording {
  readonly source: RecordingSource;
  readonly leaves = new Leaves();
  readonly checkpoints: CheckpointLine[] = [];
  /** Entries of peers by their number. */
  readonly peers = new Map<number, EntryOf<'peer'>>();
  /** Bytes at the end that are not a whole line: the recorder, or somebody else, stopped inside one. */
  readonly tornBytes: number;
  readonly #offsets = new NumberList(Float64Array);
  readonly #lengths = new NumberList(Uint32Array);
  readonly #lines = new NumberList(Uint32Array);
  readonly #kinds = new NumberList(Uint8Array);
  readonly #numbers = new NumberList(Uint32Array);
  /** Place of an entry by its number; only if some entry does not stand at its number. */
  #places: Map<number, number> | undefined;
  readonly #contents = new Map<string, number>();
  readonly #contentOffsets = new NumberList(Float64Array);
  readonly #contentLengths = new NumberList(Uint32Array);
  readonly #contentKinds = new NumberList(Uint8Array);
  readonly #contentNamed = new NumberList(Uint8Array);

  /**
   * Reads all lines once.
   *
   * @param visit Called with each entry, in order.
   * @param onUnreadable Called for a line that cannot be read, as if it were not there. Left out: the first one is an error.
   * @throws {AuditError} ERR_RECORDING_FORMAT, ERR_RECORDING_VERSION, ERR_RECORDING_SIZE; ERR_RECORDING_LINE, ERR_RECORDING_ENTRY,
   *   ERR_RECORDING_CONTENT, with `details.line`.
   */
  constructor(
    source: RecordingSource,
    visit: Visit = () => undefined,
    onUnreadable?: (failure: AuditError) => void,
  ) {
    this.source = source;
    const take = (line: Line): void => {
      if (line.kind === 'e') this.#addEntry(line, visit);
      else if (line.kind === 'c') this.#addCheckpoint(line);
      else this.#addContent(line);
    };
    this.tornBytes = source.size - readLines(source, take, onUnreadable);
  }

  /** Number of entries. */
  get size(): number {
    return this.leaves.size;
  }

  kindAt(at: number): EntryKind {
    return ENTRY_KINDS[this.#kinds.at(at)] as EntryKind;
  }

  lineAt(at: number): number {
    return this.#lines.at(at);
  }

  /** The number that an entry states. */
  numberAt(at: number): number {
    return this.#numbers.at(at);
  }

  /** Whether every entry stands at its number. */
  get isNumbered(): boolean {
    return this.#places === undefined;
  }

  /** Place of the entry of a number; the first one if there are several. */
  placeOf(n: number): number | undefined {
    if (this.#places !== undefined) return this.#places.get(n);
    return n < this.size ? n : undefined;
  }

  /** Was checked when the recording was read. */
  entryAt(at: number): Entry {
    return JSON.parse(this.textAt(at)) as Entry;
  }

  /** The entry of a number, if it is of this kind. */
  find<Kind extends EntryKind>(n: number, kind: Kind): EntryOf<Kind> | undefined {
    const at = this.placeOf(n);
    return at === undefined || this.kindAt(at) !== kind ? undefined : (this.entryAt(at) as EntryOf<Kind>);
  }

  /** Id of the peer of an entry; empty if there is no such entry. */
  peerIdOf(n: number): string {
    return this.peers.get(n)?.peerId ?? '';
  }

  /** The bytes that are hashed into the tree. */
  textAt(at: number): string {
    const bytes = this.source.read(this.#offsets.at(at), this.#lengths.at(at));
    return textOf(bytes) as string;
  }

  hasContent(hash: string): boolean {
    return this.#contents.has(hash);
  }

  /** Notes that an entry names this content. @returns Whether the content is there. */
  nameContent(hash: string): boolean {
    const at = this.#contents.get(hash);
    if (at !== undefined) this.#contentNamed.set(at, this.#contentNamed.at(at) | NAMED);
    return at !== undefined;
  }

  /** Whether this content is looked into for the first time: a long one may be named by many entries. */
  isFirstLook(hash: string): boolean {
    const at = this.#contents.get(hash);
    if (at === undefined) return false;
    const marks = this.#contentNamed.at(at);
    this.#contentNamed.set(at, marks | LOOKED_INTO);
    return (marks & LOOKED_INTO) === 0;
  }

  /**
   * Content that no entry names, before the last entry; what stands after it was perhaps about to be named, but for what follows the
   * end.
   */
  *unnamedContent(): Generator<{ readonly hash: string; readonly offset: number }> {
    const last = this.size - 1;
    const isEnded = last >= 0 && this.kindAt(last) === 'end';
    const end = isEnded ? Infinity : last < 0 ? 0 : this.#offsets.at(last);
    for (const [hash, at] of this.#contents)
      if (this.#contentNamed.at(at) === 0 && this.#contentOffsets.at(at) < end)
        yield { hash, offset: this.#contentOffsets.at(at) };
  }

  /** Text of a `v` line; `undefined` if it is withheld, or bytes. */
  text(hash: string): string | undefined {
    const at = this.#contents.get(hash);
    if (at === undefined || this.#contentKinds.at(at) !== TEXT) return undefined;
    return textOf(this.source.read(this.#contentOffsets.at(at), this.#contentLengths.at(at)));
  }

  /** Content of a `b` line; `undefined` if it is withheld, or text. */
  bytes(hash: string): Uint8Array | undefined {
    const at = this.#contents.get(hash);
    if (at === undefined || this.#contentKinds.at(at) !== BYTES) return undefined;
    const payload = this.source.read(this.#contentOffsets.at(at), this.#contentLengths.at(at));
    return decodeBytes(textOf(payload) ?? '');
  }

  #addEntry(line: Line, visit: Visit): void {
    const at = this.size;
    if (at >= ENTRIES_MAX) throw new AuditError('ERR_RECORDING_SIZE', 'the recording has too many entries');
    const entry = inLine(line, () => parseEntry(payloadText(line)));
    this.leaves.append(leafOfEntry(line.payload));
    this.#offsets.push(line.offset);
    this.#lengths.push(line.payload.length);
    this.#lines.push(line.number);
    this.#kinds.push(ENTRY_KINDS.indexOf(entry.kind));
    this.#numbers.push(entry.n);
    if (entry.kind === 'peer' && !this.peers.has(entry.n)) this.peers.set(entry.n, entry);
    if (entry.n !== at && this.#places === undefined)
      this.#places = new Map(Array.from({ length: at }, (_, n) => [n, n]));
    if (this.#places?.has(entry.n) === false) this.#places.set(entry.n, at);
    visit({ entry, at, line: line.number }, this);
  }

  #addCheckpoint(line: Line): void {
    const text = inLine(line, () => {
      const json: unknown = JSON.parse(payloadText(line));
      if (typeof json !== 'string' || JSON.stringify(json) !== payloadText(line))
        throw new SyntaxError('no string');
      return json;
    });
    this.checkpoints.push({ text, entries: this.size, line: line.number });
  }

  #addContent(line: Line): void {
    const bytes = line.kind === 'v' ? line.payload : decodeBytes(payloadText(line));
    if (bytes === undefined || (line.kind === 'v' && textOf(bytes) === undefined))
      throw new AuditError('ERR_RECORDING_CONTENT', `line ${line.number} is neither text nor base64`, {
        line: line.number,
      });
    const hash = hashOfBytes(bytes);
    if (this.#contents.has(hash)) return;
    this.#contents.set(hash, this.#contentOffsets.size);
    this.#contentOffsets.push(line.offset);
    this.#contentLengths.push(line.payload.length);
    this.#contentKinds.push(line.kind === 'v' ? TEXT : BYTES);
    this.#contentNamed.push(0);
  }
}

type Visit = (placed: Placed, recording: Recording) => void;

const [TEXT, BYTES] = [0, 1];
const [NAMED, LOOKED_INTO] = [1, 2];

/** Says in which line a mistake is. */
function inLine<T>({ number }: Line, read: () => T): T {
  try {
    return read();
  } catch (failure) {
    const why =
      failure instanceof AuditError
        ? failure.message
        : 'a checkpoint line is malformed: it is not JSON string';
    if (!(failure instanceof AuditError) && !(failure instanceof SyntaxError)) throw failure;
    throw new AuditError('ERR_RECORDING_ENTRY', `line ${number}: ${why}`, { line: number });
  }
}
