import { expect } from 'vitest';
import type { Outcome } from '../../interpreter/index.ts';

/** The run did not happen: this code; what was known stays; nothing is requested, and nobody is sent to. */
export function expectRefused(
  outcome: Outcome,
  retCode: number,
  { known = new Uint8Array(0), text }: { known?: Uint8Array; text?: string | RegExp } = {},
): void {
  expect(outcome).toMatchObject({ retCode, nextPeerIds: [], callRequests: new Map() });
  expect(outcome.data).toEqual(known);
  if (typeof text === 'string') expect(outcome.errorMessage).toContain(text);
  else if (text !== undefined) expect(outcome.errorMessage).toMatch(text);
}

/** What the peer asks its services: function and arguments. */
export const requestsOf = ({ callRequests }: Outcome): [string, unknown[]][] =>
  [...callRequests.values()].map(request => [request.functionName, request.arguments]);
