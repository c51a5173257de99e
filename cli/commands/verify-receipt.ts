import { printable } from '../../base/printable.ts';
import {
  ReceiptError,
  verifyEquivocation,
  verifyReceipt,
  type ReceiptErrorCode,
} from '../../interpreter/index.ts';
import { ExitCode } from '../errors.ts';
import { readBytes } from '../files.ts';
import type { Output } from '../output.ts';
import { claimsText, evidenceText } from '../receipt-text.ts';

/** The file is not a receipt at all; everything else is a receipt that proves nothing. */
const NOT_OURS: ReadonlySet<ReceiptErrorCode> = new Set<ReceiptErrorCode>([
  'ERR_RECEIPT_SIZE',
  'ERR_RECEIPT_MALFORMED',
  'ERR_RECEIPT_VERSION',
]);

/** `beryl verify-receipt <file>`: says what a receipt proves, or evidence, or why it proves nothing. Needs nothing but the file. */
export function verifyReceiptCommand(
  path: string,
  options: { readonly json?: boolean },
  output: Output,
): ExitCode {
  const bytes = readBytes(path, 'receipt');
  try {
    const { claims, text } = verify(bytes);
    output.say(`valid\n${text}`);
    if (options.json === true) output.json({ valid: true, ...claims });
    return ExitCode.ok;
  } catch (failure) {
    if (!(failure instanceof ReceiptError)) throw failure;
    if (NOT_OURS.has(failure.code)) throw notOurs(failure);
    const { code, message } = failure;
    output.say(`not valid: ${printable(message)} (${code})`);
    if (options.json === true) output.json({ valid: false, code, message });
    return ExitCode.refused;
  }
}

function verify(bytes: Uint8Array): { claims: object; text: string } {
  if (isEvidence(bytes)) {
    const claims = verifyEquivocation(bytes);
    return { claims, text: evidenceText(claims) };
  }
  const claims = verifyReceipt(bytes);
  return { claims, text: claimsText(claims) };
}

const notOurs = ({ code, message, details }: ReceiptError): ReceiptError =>
  new ReceiptError(
    code,
    code === 'ERR_RECEIPT_MALFORMED'
      ? 'not a Beryl receipt file, or a damaged one'
      : `not a Beryl receipt file of this version: ${printable(message)}`,
    { ...details, reason: message },
  );

/** Only chooses the reader: the reader checks again. */
const isEvidence = (bytes: Uint8Array): boolean =>
  new TextDecoder('latin1').decode(bytes.subarray(2, 17)) === 'beryl/evidence/';
