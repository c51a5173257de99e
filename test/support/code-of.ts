/**
 * The code of the error that `act` throws, or an empty text if it throws nothing. Errors of other classes pass through.
 *
 * @example expect(codeOf(ReceiptError, () => verifyReceipt(bytes))).toBe('ERR_RECEIPT_FORMAT')
 */
export function codeOf<E extends Error & { readonly code: string }>(
  kind: new (...args: never[]) => E,
  act: () => unknown,
): string {
  try {
    act();
  } catch (failure) {
    if (failure instanceof kind) return failure.code;
    throw failure;
  }
  return '';
}
