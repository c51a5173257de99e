import { AuditError } from '../errors.ts';

/** Values of one JSON text. Each takes some ten bytes of memory for one or two of text. */
const VALUES_MAX = 4_000_000;

const [COMMA, OPEN_ARRAY, OPEN_OBJECT] = [0x2c, 0x5b, 0x7b];
const [CLOSE_ARRAY, CLOSE_OBJECT, QUOTE, BACKSLASH] = [0x5d, 0x7d, 0x22, 0x5c];

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

/** Arrays and objects inside each other, in content that is looked into. Far more than a recorder writes. */
export const CONTENT_DEPTH_MAX = 512;

/** Whether a text nests so little that whatever walks it stays on the stack. Brackets in strings do not count. */
function isShallow(text: string): boolean {
  if (text.length <= CONTENT_DEPTH_MAX || text.startsWith('"')) return true;
  let [depth, isString] = [0, false];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (isString) {
      if (unit === BACKSLASH) i += 1;
      else if (unit === QUOTE) isString = false;
    } else if (unit === QUOTE) isString = true;
    else if (unit === OPEN_ARRAY || unit === OPEN_OBJECT) {
      depth += 1;
      if (depth > CONTENT_DEPTH_MAX) return false;
    } else if (unit === CLOSE_ARRAY || unit === CLOSE_OBJECT) depth -= 1;
  }
  return true;
}

/**
 * Content comes from a file: it may be anything. A string may be of any length, everything else has bounded values and depth.
 *
 * @returns `undefined` for what is not JSON, or goes beyond the bounds.
 */
export function parseText(text: string): unknown {
  if (!text.startsWith('"') && (!isModest(text) || !isShallow(text))) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
