import { hashOfHex } from '../text-hash.ts';

/** SHA-256 (hex) of the value hashes (hex) of all arguments, one after the other. @spec docs/spec/call-record.md#hashes */
export const argsHashOf = (valueHashes: readonly string[]): string => hashOfHex(valueHashes.join(''));

/** A canon takes no arguments. */
export const NO_ARGUMENTS_HASH = argsHashOf([]);

/** No JSON text begins with it, so a pair that is told has the hash of no value. */
const PAIR = '02';

/** What stands for a pair whose value is told: `SHA-256(0x02 ‖ key hash ‖ value hash)`, hex. */
export const toldPairHash = (keyHash: string, valueHash: string): string =>
  hashOfHex(PAIR + keyHash + valueHash);
