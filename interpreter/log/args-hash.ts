import { hashOfHex } from '../text-hash.ts';

/** SHA-256 (hex) of the value hashes (hex) of all arguments, one after the other. @spec docs/spec/call-record.md#hashes */
export const argsHashOf = (valueHashes: readonly string[]): string => hashOfHex(valueHashes.join(''));

/** A canon takes no arguments. */
export const NO_ARGUMENTS_HASH = argsHashOf([]);

/** No JSON text begins with this byte, so a told pair cannot have the hash of a value. */
const PAIR = '02';

/** The hash of a pair with a told value: `SHA-256(0x02 ‖ key hash ‖ value hash)`, hex. */
export const toldPairHash = (keyHash: string, valueHash: string): string =>
  hashOfHex(PAIR + keyHash + valueHash);
