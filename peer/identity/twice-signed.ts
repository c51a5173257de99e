import { concat, utf8 } from '../../base/bytes.ts';
import { CborError, CborReader, CborWriter } from '../../interpreter/index.ts';
import { IdentityError } from './errors.ts';

const SIGNATURE_BYTES = 64;

/** A kind of statement that two keys sign. @spec docs/spec/identity.md */
export interface TwiceSigned<T> {
  /** Stands in the statement, and before the signed bytes: nothing else that Beryl signs begins like this. */
  readonly tag: string;
  /** What it is, in messages. */
  readonly what: string;
  /** Items between the tag and the signatures. */
  readonly fields: number;
  readonly write: (writer: CborWriter, value: T) => void;
  readonly read: (reader: CborReader) => T;
}

/** The bytes that both keys sign: the tag, and all items but the signatures. */
export function signedBytes<T>(kind: TwiceSigned<T>, value: T): Uint8Array {
  const writer = new CborWriter();
  writer.array(1 + kind.fields);
  writer.text(kind.tag);
  kind.write(writer, value);
  return concat(utf8(`${kind.tag}\n`), writer.finish());
}

/** @param signatures Of both keys, 64 bytes each. */
export function encodeSigned<T>(
  kind: TwiceSigned<T>,
  value: T,
  signatures: readonly [Uint8Array, Uint8Array],
): Uint8Array {
  const writer = new CborWriter();
  writer.array(3 + kind.fields);
  writer.text(kind.tag);
  kind.write(writer, value);
  for (const signature of signatures) writer.bytes(signature);
  return writer.finish();
}

/** Reads a statement; its signatures are for the caller to verify. @throws {IdentityError} `ERR_IDENTITY_MALFORMED`. */
export function readSigned<T>(
  { tag, what, fields, read }: TwiceSigned<T>,
  bytes: Uint8Array,
): { value: T; signatures: readonly [Uint8Array, Uint8Array] } {
  try {
    const reader = new CborReader(bytes);
    reader.array(3 + fields, 3 + fields);
    if (reader.text(tag.length) !== tag)
      throw new IdentityError('ERR_IDENTITY_MALFORMED', `the bytes are not \`${tag}\``);
    const value = read(reader);
    const signature = (): Uint8Array => reader.bytes(SIGNATURE_BYTES, SIGNATURE_BYTES).slice();
    const signatures = [signature(), signature()] as const;
    reader.end();
    return { value, signatures };
  } catch (cause) {
    if (!(cause instanceof CborError)) throw cause;
    throw new IdentityError('ERR_IDENTITY_MALFORMED', `no ${what}: ${cause.message}`, {}, { cause });
  }
}
