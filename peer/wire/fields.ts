import { CborError, type CborReader } from '../../interpreter/index.ts';
import { WireError } from './errors.ts';

/**
 * Reads one item of a known format: an array that begins with the name of the format.
 *
 * @throws {WireError}
 */
export function readTagged<T>(reader: CborReader, tag: string, count: number, read: () => T): T {
  try {
    if (reader.array() !== count || reader.text(tag.length) !== tag) throw otherFormat(tag);
  } catch (failure) {
    throw failure instanceof CborError ? otherFormat(tag) : failure;
  }
  try {
    const value = read();
    reader.end();
    return value;
  } catch (failure) {
    if (!(failure instanceof CborError)) throw failure;
    throw new WireError('ERR_WIRE_FIELD', `\`${tag}\`: ${failure.message}`, {}, { cause: failure });
  }
}

const otherFormat = (tag: string): WireError =>
  new WireError(
    'ERR_WIRE_FORMAT',
    `the bytes are not \`${tag}\`: update the older side, or suspect the sender`,
  );
