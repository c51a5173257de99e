import type { Signer } from '../../interpreter/index.ts';
import { AuditError } from '../errors.ts';
import { signCheckpoint } from '../log/checkpoint.ts';
import { Frontier, leafOfEntry } from '../log/tree.ts';
import { hashOfText } from '../recording/hash.ts';
import type { EntryKind, EntryOf, RecordedResult } from '../recording/entry.ts';
import {
  encodeBytes,
  ENTRIES_MAX,
  isOneLine,
  line,
  LINE_BYTES_MAX,
  RECORDING_FORMAT,
} from '../recording/lines.ts';
import { RecentSet } from '../recent.ts';
import type { RecordingSink } from './sink.ts';

/** Hashes of content written lately: content that was forgotten is written again. */
const WRITTEN_MAX = 65_536;
/** A text of so many UTF-16 units, each of three bytes at most, fits into a line. */
const TEXT_MAX = LINE_BYTES_MAX / 3 - 10;

export interface WriterOptions {
  readonly sink: RecordingSink;
  readonly origin: string;
  readonly signer: Signer | undefined;
  readonly withValues: boolean;
  /** Entries between two checkpoints. */
  readonly checkpointEvery: number;
}

/**
 * Writes lines of a recording and keeps its tree. Lines are collected and reach the sink with {@link flush}: content before the
 * entry that names it, so that a recording that ends anywhere holds what its entries name.
 */
export class RecordingWriter {
  readonly #options: WriterOptions;
  readonly #tree = new Frontier();
  readonly #written = new RecentSet(WRITTEN_MAX);
  readonly #counts = new Map<string, number>();
  #lines = `${RECORDING_FORMAT}\n`;
  #checkpointed = 0;
  #isHeadNew = false;
  #failure: unknown;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /** @returns The entry's number. */
  entry<Kind extends EntryKind>(kind: Kind, fields: Omit<EntryOf<Kind>, 'kind' | 'n'>): number {
    const n = this.#tree.size;
    if (n >= ENTRIES_MAX)
      throw new AuditError('ERR_RECORDING_SIZE', 'the recording has no room for more entries');
    const text = `{"kind":"${kind}","n":${n},${JSON.stringify(fields).slice(1)}`;
    this.#lines += line('e', text);
    this.#tree.append(leafOfEntry(text));
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    return n;
  }

  /** Content that is JSON text of one line. @returns Its hash. */
  text(text: string, isKept = true): string {
    const hash = hashOfText(text);
    if (isKept && text.length <= TEXT_MAX && this.#written.add(hash)) this.#lines += line('v', text);
    return hash;
  }

  /** As {@link text}, of what may be withheld. */
  value(text: string): string {
    return this.text(text, this.#options.withValues);
  }

  /** Content that is bytes. @returns Its hash. */
  bytes(bytes: Uint8Array, hash: string): string {
    const isKept = this.#options.withValues && bytes.length < LINE_BYTES_MAX / 2;
    if (isKept && this.#written.add(hash)) this.#lines += line('b', encodeBytes(bytes));
    return hash;
  }

  /** The text of an answer may be anything a service says. */
  answer(ret: number, text: string): RecordedResult {
    return isOneLine(text)
      ? { ret, result: this.value(text) }
      : { ret, text: this.value(JSON.stringify(text)) };
  }

  /** After a failure nothing more is written: what follows would not be what happened. */
  fail(failure: unknown): void {
    this.#failure ??= failure;
  }

  /** @throws {AuditError} ERR_RECORDING_CLOSED if writing has failed. */
  requireOpen(): void {
    if (this.#failure === undefined) return;
    throw new AuditError(
      'ERR_RECORDING_CLOSED',
      'the recording could not be written and has stopped',
      {},
      { cause: this.#failure },
    );
  }

  /** An event is written: signs the head if a checkpoint is due. Where checkpoints stand does not depend on when lines are handed on. */
  settle(): void {
    if (this.#tree.size - this.#checkpointed >= this.#options.checkpointEvery) this.checkpoint();
  }

  /** Hands all lines to the sink. @throws {AuditError} ERR_RECORDING_CLOSED */
  flush(): void {
    this.requireOpen();
    const lines = this.#lines;
    this.#lines = '';
    try {
      this.#options.sink.write(lines);
      if (this.#isHeadNew) this.#options.sink.checkpointed?.();
      this.#isHeadNew = false;
    } catch (failure) {
      this.#failure = failure;
      throw failure;
    }
  }

  /** Signs the head. @returns The signed checkpoint; `undefined` without a signer. */
  checkpoint(): string | undefined {
    const { signer, origin } = this.#options;
    this.#checkpointed = this.#tree.size;
    this.#isHeadNew = true;
    if (signer === undefined) return undefined;
    const note = signCheckpoint({ origin, size: this.#tree.size, root: this.#tree.root() }, signer);
    this.#lines += line('c', JSON.stringify(note));
    return note;
  }
}
