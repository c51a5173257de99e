import { concat, utf8 } from '../../base/bytes.ts';

/** Where a recording is written to: at the end, whole lines, in order. */
export interface RecordingSink {
  /** @throws If the lines cannot be written; then the recorder writes nothing more. */
  write(lines: string): void;
  /** Called at every checkpoint: the place to make written lines survive a loss of power. */
  checkpointed?(): void;
}

/** Keeps a recording in memory. */
export class MemorySink implements RecordingSink {
  readonly #parts: string[] = [];

  write(lines: string): void {
    this.#parts.push(lines);
  }

  text(): string {
    return this.#parts.join('');
  }

  bytes(): Uint8Array {
    return concat(...this.#parts.map(utf8));
  }
}
