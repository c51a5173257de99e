import { textOf, toHex } from '../../base/bytes.ts';
import { BerylError } from '../../base/error.ts';
import { CborReader, CborWriter } from '../cbor.ts';
import { sha256 } from '../platform.ts';
import { parseCanonicalJson } from '../values/json-parser.ts';
import { ARGUMENTS_DEPTH_MAX, DEPTH_MAX } from '../values/json.ts';
import type { CallRecord } from './call-record.ts';
import { leafHash } from './merkle.ts';
import { ReceiptError } from './receipt-error.ts';
import { readParticle, verifySignedParticle, writeParticle, type SignedParticle } from './signed-particle.ts';
import { readStatement, verifyStatement, writeStatement, type Statement } from './statement.ts';

/** The first item of a receipt: what it is, and of which version. */
export const RECEIPT_FORMAT = 'beryl/receipt/1';

/** Bytes; room for the largest script, result and arguments that the limits of a run allow. */
export const RECEIPT_SIZE_MAX = 256 * 1024 * 1024;

/** One result that stands alone: whoever has these bytes can verify them, with nothing else and nobody asked. */
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
  /** Who signed the particle. */
  readonly initPeerId: string;
  /** Milliseconds since 1970; as the initiator says. */
  readonly timestamp: number;
  readonly ttl: number;
  readonly script: string;
}

/** What one record says. */
export interface StatementClaims extends Omit<CallRecord, 'site'> {
  /** Text of the site: the instruction, and the item of each fold around it. */
  readonly site: string;
  /** Hash (hex) of the record, as origins name it. */
  readonly record: string;
}

/**
 * What a receipt proves: `initPeerId` has signed the particle, and `peerId` has stated, within it, that the call at `site` to
 * `serviceId.functionName` with the arguments of `argsHash` ended in the result of `responseHash`.
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
 */
export function verifyReceipt(bytes: Uint8Array): ReceiptClaims {
  const { particle, statement, value, arguments: args } = decodeReceipt(bytes);
  verifySignedParticle(particle);
  verifyStatement(statement, particle.signature);
  const { responseHash, argsHash } = statement.record;
  const valueJson = verifyJson(value, responseHash, 'ERR_RECEIPT_VALUE', 'value');
  const argumentsJson = verifyJson(args, argsHash, 'ERR_RECEIPT_ARGUMENTS', 'array of arguments');
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
 * Reads an array of `size` items, of which the first names the format; the rest is read by `read`.
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
  new ReceiptError('ERR_RECEIPT_MALFORMED', `this is no \`${format}\`: ${why}`, { reason });

function verifyJson(
  bytes: Uint8Array,
  hash: string,
  code: 'ERR_RECEIPT_VALUE' | 'ERR_RECEIPT_ARGUMENTS',
  what: string,
): string | undefined {
  if (bytes.length === 0) return undefined;
  if (toHex(sha256(bytes)) !== hash)
    throw new ReceiptError(code, `the record is of another ${what}`, { expected: hash });
  const text = textOf(bytes);
  const depthMax = code === 'ERR_RECEIPT_ARGUMENTS' ? ARGUMENTS_DEPTH_MAX : DEPTH_MAX;
  if (text === undefined || parseCanonicalJson(text, depthMax) === undefined) {
    throw new ReceiptError(code, `the ${what} is not canonical JSON`);
  }
  return text;
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

export const statementClaims = ({ record, bytes }: Statement): StatementClaims => ({
  ...record,
  site: record.site.key,
  record: toHex(leafHash(bytes)),
});
