import { AuditError } from '../errors.ts';

/** Values of one JSON text. Each takes some ten bytes of memory for one or two of text. */
const VALUES_MAX = 4_000_000;

const [COMMA, OPEN_ARRAY, OPEN_OBJECT] = [0x2c, 0x5b, 0x7b];

/** Whether a text may be read: an upper bound of its values, since commas in strings count, too. */
function isModest(text: string): boolean {
  if (text.length < VALUES_MAX) return true;
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === COMMA || unit === OPEN_ARRAY || unit === OPEN_OBJECT) count += 1;
  }
  return count <= VALUES_MAX;
}

/** JSON of an entry. @throws {AuditError} ERR_RECORDING_SIZE, ERR_RECORDING_ENTRY */
export function parseEntryJson(text: string): unknown {
  if (!isModest(text))
    throw new AuditError('ERR_RECORDING_SIZE', `an entry has more than ${VALUES_MAX} values`);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new AuditError('ERR_RECORDING_ENTRY', 'an entry is malformed: it is not JSON');
  }
}

/** Content comes from a file: it may be anything. A string may be of any length, everything else has bounded values. */
export function parseText(text: string): unknown {
  if (!text.startsWith('"') && !isModest(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
