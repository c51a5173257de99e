import type { AuditError } from '../errors.ts';
import { contentOf, type ContentRole } from '../recording/entry.ts';
import { parseText } from '../recording/json.ts';
import { ParticleIndex } from '../recording/particles.ts';
import type { RecordingSource } from '../recording/lines.ts';
import { Recording, type Placed } from '../recording/recording.ts';
import type { NotCheckedList } from './not-checked.ts';
import type { Located } from './structure.ts';

/** Reads a recording line by line: finds what cannot be read, counts, and notes which entries belong to which particle. */
export class LineChecks {
  readonly recording: Recording;
  readonly index = new ParticleIndex();
  /** Entries of each kind. */
  readonly counts = new Map<string, number>();
  readonly #add: (found: Located) => void;
  #withheld = 0;
  #patches = 0;
  #earlier = 0;

  /** @throws {AuditError} If the file is not a recording of this format, or a line of it is too long to be read. */
  constructor(source: RecordingSource, add: (found: Located) => void) {
    this.#add = add;
    this.recording = new Recording(
      source,
      (placed, recording) => this.#visit(placed, recording),
      failure => add(unreadable(failure)),
    );
  }

  addTo(notChecked: NotCheckedList): void {
    for (const [name, kind] of WORD) notChecked.add(name, this.counts.get(kind) ?? 0);
    notChecked.add('patches', this.#patches);
    notChecked.add('requests', this.#earlier);
    notChecked.add('withheld', this.#withheld);
    notChecked.add('times', this.recording.size);
  }

  /** Content is named by its hash: if it was altered, no entry names it any longer. */
  checkContent(): void {
    let listed = 0;
    for (const { hash } of this.recording.unnamedContent()) {
      if (listed++ >= UNNAMED_MAX) break;
      this.#add({
        content: 'tampered',
        name: this.#withheld > 0 ? 'content-altered' : 'content-added',
        message: `content ${hash.slice(0, 16)}… is named by no entry: it was altered, or put in`,
        actual: hash,
      });
    }
  }

  #visit(placed: Placed, recording: Recording): void {
    const { entry } = placed;
    this.counts.set(entry.kind, (this.counts.get(entry.kind) ?? 0) + 1);
    if (entry.kind === 'decision' && entry.patches !== undefined) this.#patches += 1;
    if (entry.kind === 'request' && entry.run === null) this.#earlier += 1;
    for (const { hash, role } of contentOf(entry)) {
      if (!recording.nameContent(hash)) this.#withheld += 1;
      else if (!OPAQUE.has(role) && recording.isFirstLook(hash)) this.#checkReadable(placed, recording, hash);
    }
    this.index.add(placed, recording);
  }

  /** What the recorder wrote as JSON is JSON, and not nested deeper than readers walk. */
  #checkReadable({ entry, line }: Placed, recording: Recording, hash: string): void {
    const text = recording.text(hash);
    if (text !== undefined && parseText(text) !== undefined) return;
    this.#add({
      content: 'malformed',
      name: 'content-malformed',
      message: `entry ${entry.n}: content ${hash.slice(0, 16)}… is not JSON, or is nested too deep to be read`,
      entry: entry.n,
      line,
      actual: hash,
    });
  }
}

/** A line that cannot be read, or the file as a whole: `line-malformed`, `entry-malformed`, `content-malformed`, `size-malformed`. */
export function unreadable({ code, message, details }: AuditError): Located {
  const { line } = details as { line?: number };
  const name = `${code.split('_').at(-1)?.toLowerCase() ?? ''}-malformed`;
  return { content: 'malformed', name, message, ...(line !== undefined && { line }) };
}

/** Entries that rest on the recorder alone. */
const WORD = [
  ['refusals', 'refusal'],
  ['sends', 'send'],
  ['expired', 'expired'],
] as const;

const UNNAMED_MAX = 100;

/** Content that an entry only carries: what services said and peers sent may be anything. */
const OPAQUE: ReadonlySet<ContentRole> = new Set(['data', 'argument', 'result']);
