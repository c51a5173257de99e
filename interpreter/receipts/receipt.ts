import { textOf, toHex } from '../../base/bytes.ts';
import { BerylError } from '../../base/error.ts';
import { CborReader, CborWriter } from '../cbor.ts';
import { sha256 } from '../platform.ts';
import { argsHashOf, toldPairHash } from '../log/args-hash.ts';
import type { CallRecord, ToldArgument } from '../log/record.ts';
import { leafHash } from '../log/tree-hash.ts';
import { canonicalJson } from '../values/canonical-json.ts';
import { parseCanonicalJson } from '../values/json-parser.ts';
import { ARGUMENTS_DEPTH_MAX, DEPTH_MAX, isJsonObject, type Json } from '../values/json.ts';
import { ReceiptError } from './receipt-error.ts';
import { readParticle, verifySignedParticle, writeParticle, type SignedParticle } from './signed-particle.ts';
import { readStatement, verifyStatement, writeStatement, type Statement } from './statement.ts';

/** The first item of a receipt: what it is, and of which version. */
const RECEIPT_FORMAT = 'beryl/receipt/2';

/** Bytes; room for the largest script, result and arguments that the limits of a run allow. */
const RECEIPT_SIZE_MAX = 256 * 1024 * 1024;

/** One result that stands alone: anybody who has these bytes can verify them offline, with nothing else. */
export interface Receipt {
  readonly particle: SignedParticle;
  readonly statement: Statement;
  /** Canonical JSON of the result, of `[code, message]`, or of a canon's content; empty if left out. */
  readonly value: Uint8Array;
  /** Canonical JSON of the argument array; empty if left out. */
  readonly arguments: Uint8Array;
}

/** The particle in which something was stated. */
export interface ParticleClaims {
  readonly particleId: string;
  /** The peer that signed the particle. */
  readonly initPeerId: string;
  /** Milliseconds since 1970; as the init peer says. */
  readonly timestamp: number;
  readonly ttl: number;
  readonly script: string;
}

/** What one record says. */
export interface StatementClaims extends Omit<CallRecord, 'site'> {
  /** The peer that stated it. */
  readonly peerId: string;
  /** Text of the site: the instruction, and the item of each fold around it. */
  readonly site: string;
  /** Leaf hash (hex) of the record: with `peerId` its name, as origins have it. */
  readonly record: string;
  /** Place of the record in the log of the peer, from 0, and how many records the peer has signed with it. */
  readonly index: number;
  readonly size: number;
}

/**
 * What a receipt proves: `initPeerId` has signed the particle, and `peerId` has stated, within it, that the call at `site` to
 * `serviceId.functionName` with the arguments of `argsHash` ended in the result of `responseHash`. Of the
 * arguments in `told` only that peer can know whether they are right: it read them from its own error register.
 */
export interface ReceiptClaims extends ParticleClaims, StatementClaims {
  /** Canonical JSON of the result; of `[code, message]` for a failure. `undefined` if the receipt leaves it out. */
  readonly valueJson: string | undefined;
  /** Canonical JSON of the argument array. `undefined` if the receipt leaves it out. */
  readonly argumentsJson: string | undefined;
}

/** `[format, particle, statement, value, arguments]`. @spec docs/spec/receipt.md */
export function encodeReceipt({ particle, statement, value, arguments: args }: Receipt): Uint8Array {
  const cbor = new CborWriter();
  cbor.array(5);
  cbor.text(RECEIPT_FORMAT);
  writeParticle(cbor, particle);
  writeStatement(cbor, statement);
  cbor.bytes(value);
  cbor.bytes(args);
  return cbor.finish();
}

/**
 * Verifies a receipt. Total: any bytes give claims or a {@link ReceiptError}. Needs no network, no clock and no other data.
 *
 * It does not prove that the peer told the truth, that the script has such a call at this site, or when this happened.
 *
 * @throws {ReceiptError} The first violation found; every kind has its own code.
 * @spec docs/spec/receipt.md
 * @example const { peerId, valueJson } = verifyReceipt(bytes); // this peer has stated this result
 */
export function verifyReceipt(bytes: Uint8Array): ReceiptClaims {
  const { particle, statement, value, arguments: args } = decodeReceipt(bytes);
  verifySignedParticle(particle);
  verifyStatement(statement, particle.signature);
  return receiptClaims({ particle, statement, value, arguments: args });
}

/**
 * The claims of a receipt whose signatures were verified.
 *
 * @throws {ReceiptError} If value or arguments are not those of the record.
 */
export function receiptClaims({ particle, statement, value, arguments: args }: Receipt): ReceiptClaims {
  const valueJson = verifyValue(value, statement.record);
  const argumentsJson = verifyArguments(args, statement.record);
  return { ...particleClaims(particle), ...statementClaims(statement), valueJson, argumentsJson };
}

function decodeReceipt(bytes: Uint8Array): Receipt {
  return readFormat(bytes, 5, RECEIPT_FORMAT, cbor => ({
    particle: readParticle(cbor),
    statement: readStatement(cbor),
    value: cbor.bytes(),
    arguments: cbor.bytes(),
  }));
}

/**
 * Reads an array of `size` items. The first item names the format; `read` reads the others.
 *
 * @throws {ReceiptError} For anything else.
 */
export function readFormat<T>(
  bytes: Uint8Array,
  size: number,
  format: string,
  read: (cbor: CborReader) => T,
): T {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('bytes must be a Uint8Array');
  if (bytes.length > RECEIPT_SIZE_MAX) {
    throw new ReceiptError('ERR_RECEIPT_SIZE', `\`${bytes.length}\` bytes are over \`${RECEIPT_SIZE_MAX}\``);
  }
  try {
    const cbor = new CborReader(bytes);
    const found = cbor.array();
    requireFormat(cbor.text(64), format);
    if (found !== size) throw malformed(format, `${found} items, where ${size} are expected`);
    const content = read(cbor);
    cbor.end();
    return content;
  } catch (failure) {
    if (failure instanceof ReceiptError || !(failure instanceof BerylError)) throw failure;
    throw malformed(format, failure.message, failure.code);
  }
}

function requireFormat(found: string, format: string): void {
  if (found === format) return;
  const [, name = '', version = ''] = /^(.*)\/(\d+)$/.exec(found) ?? [];
  if (!format.startsWith(`${name}/`) || name === '')
    throw malformed(format, 'its first item does not say so');
  throw new ReceiptError(
    'ERR_RECEIPT_VERSION',
    `version \`${version}\` is not supported: this is a reader of \`${format}\``,
  );
}

const malformed = (format: string, why: string, reason = ''): ReceiptError =>
  new ReceiptError('ERR_RECEIPT_MALFORMED', `not a \`${format}\`: ${why}`, { reason });

function verifyValue(bytes: Uint8Array, { responseHash }: CallRecord): string | undefined {
  if (bytes.length === 0) return undefined;
  if (toHex(sha256(bytes)) !== responseHash)
    throw new ReceiptError('ERR_RECEIPT_VALUE', 'the record is of another value', { expected: responseHash });
  const text = textOf(bytes);
  if (text === undefined || parseCanonicalJson(text, DEPTH_MAX) === undefined)
    throw new ReceiptError('ERR_RECEIPT_VALUE', 'the value is not canonical JSON');
  return text;
}

/** Arguments are hashed one by one, so they are read first. */
function verifyArguments(bytes: Uint8Array, { argsHash, told }: CallRecord): string | undefined {
  if (bytes.length === 0) return undefined;
  const text = textOf(bytes);
  const list = text === undefined ? undefined : parseCanonicalJson(text, ARGUMENTS_DEPTH_MAX);
  if (!Array.isArray(list))
    throw new ReceiptError('ERR_RECEIPT_ARGUMENTS', 'the arguments are not an array in canonical JSON');
  const byIndex = new Map(told.map(entry => [entry.index, entry]));
  const hashes = list.map((argument: Json, index) => argumentHash(argument, byIndex.get(index)));
  if (argsHashOf(hashes) !== argsHash) {
    throw new ReceiptError('ERR_RECEIPT_ARGUMENTS', 'the record is of another array of arguments', {
      expected: argsHash,
    });
  }
  return text;
}

const hashOf = (json: Json): string => toHex(sha256(canonicalJson(json)));

/** In a told pair, key and value have hashes of their own. */
function argumentHash(argument: Json, told: ToldArgument | undefined): string {
  if (told?.keyHash === undefined) return hashOf(argument);
  const { key, value } = isJsonObject(argument) ? argument : ({} as Partial<Record<string, Json>>);
  if (key === undefined || value === undefined || Object.keys(argument as object).length !== 2)
    throw new ReceiptError(
      'ERR_RECEIPT_ARGUMENTS',
      `argument ${told.index} is not a pair, as the record says`,
    );
  return toldPairHash(hashOf(key), hashOf(value));
}

export const particleClaims = ({
  id,
  initPeerId,
  timestamp,
  ttl,
  script,
}: SignedParticle): ParticleClaims => ({
  particleId: id,
  initPeerId,
  timestamp,
  ttl,
  script,
});

export const statementClaims = ({ peerId, record, bytes, index, size }: Statement): StatementClaims => ({
  ...record,
  peerId,
  site: record.site.key,
  record: toHex(leafHash(bytes)),
  index,
  size,
});
