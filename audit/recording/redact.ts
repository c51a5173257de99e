import { AuditError } from '../errors.ts';
import { hashOfBytes } from './hash.ts';
import { contentOf, type ContentRole } from './entry.ts';
import {
  decodeBytes,
  line,
  payloadText,
  readLines,
  RECORDING_FORMAT,
  type RecordingSource,
} from './lines.ts';
import { Recording } from './recording.ts';

/** Content that holds what people and services said; without it, entries still show who called what, and the tree stands. */
export const VALUE_ROLES: readonly ContentRole[] = [
  'data',
  'argument',
  'result',
  'denial',
  'patches',
  'details',
  'calls',
  'message',
];

/** Which content of a recording is withheld. */
export interface Redaction {
  /** All content in these roles. */
  readonly roles?: readonly ContentRole[];
  /** Single contents, by hash (hex). */
  readonly hashes?: readonly string[];
}

/**
 * Copies a recording without some of its content. Entries and checkpoints stay, so that everything else still proves what it did:
 * verification says `withheld` where content is missing. Content that also stands in another role is withheld there, too. Scripts and
 * origins are not values: a literal in a script stays, and so does the path of a getter.
 *
 * A hash does not hide a value that can be guessed.
 *
 * @param write Gets whole lines, in order.
 * @returns How many contents were left out.
 * @throws {AuditError} If this is not a recording, or a hash is not that of any content.
 */
export function redact(
  source: RecordingSource,
  { roles = [], hashes = [] }: Redaction,
  write: (lines: string) => void,
): number {
  const withheld = new Set(hashes);
  const recording = new Recording(source, ({ entry }) => {
    for (const { hash, role } of contentOf(entry)) if (roles.includes(role)) withheld.add(hash);
  });
  const unknown = hashes.find(hash => !recording.hasContent(hash));
  if (unknown !== undefined)
    throw new AuditError('ERR_RECORDING_CONTENT', `the recording has no content \`${unknown}\``);
  let count = 0;
  write(`${RECORDING_FORMAT}\n`);
  readLines(source, read => {
    const { kind, payload } = read;
    const text = payloadText(read);
    if (kind === 'v' || kind === 'b') {
      const bytes = kind === 'v' ? payload : (decodeBytes(text) as Uint8Array);
      if (withheld.has(hashOfBytes(bytes))) {
        count += 1;
        return;
      }
    }
    write(line(kind, text));
  });
  return count;
}
