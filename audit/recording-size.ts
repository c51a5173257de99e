import { AuditError } from './errors.ts';

/** UTF-16 units; also what a JavaScript text can hold. */
const RECORDING_SIZE_MAX = 512 * 1024 * 1024 - 1024;
/** Values of JSON in a recording. A value takes some fifty bytes of memory however short its text is. */
const RECORDING_VALUES_MAX = 16 * 1024 * 1024;

/** How much a recording has held so far. Writer and reader count alike: what is written can be read. */
export class RecordingSize {
  #units = 0;
  #values = 0;

  /**
   * Counts a line before it is parsed or kept.
   *
   * @throws {AuditError} ERR_RECORDING_SIZE if the recording holds too much with it.
   */
  add(line: string): void {
    this.#units += line.length + 1;
    if (this.#units > RECORDING_SIZE_MAX) throw tooLarge('characters', RECORDING_SIZE_MAX);
    this.#values += valuesIn(line, RECORDING_VALUES_MAX - this.#values);
    if (this.#values > RECORDING_VALUES_MAX) throw tooLarge('values', RECORDING_VALUES_MAX);
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;

/** An upper bound of the values in JSON text: each stands after a comma or an opening bracket. Stops above `max`. */
function valuesIn(json: string, max: number): number {
  let count = 1;
  let isString = false;
  for (let at = 0; at < json.length && count <= max; at++) {
    const unit = json.charCodeAt(at);
    if (unit === QUOTE) isString = !isString;
    else if (isString) at += unit === BACKSLASH ? 1 : 0;
    else if (unit === COMMA || unit === OPEN_ARRAY || unit === OPEN_OBJECT) count += 1;
  }
  return count;
}

const tooLarge = (what: string, max: number): AuditError =>
  new AuditError('ERR_RECORDING_SIZE', `the recording has more than ${max} ${what}`);

/** The lines of a text, one at a time: a text of nothing but line ends has too many to hold them all. */
export function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    const found = text.indexOf('\n', start);
    const end = found === -1 ? text.length : found;
    yield text.slice(start, end);
    start = end + 1;
  }
}
