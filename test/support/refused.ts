import { expect } from 'vitest';
import type { Outcome } from '../../interpreter/index.ts';

/** The run was refused with this code: the previous data stays, there are no requests and no next peers. */
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

/** The peer's call requests: function and arguments. */
export const requestsOf = ({ callRequests }: Outcome): [string, unknown[]][] =>
  [...callRequests.values()].map(request => [request.functionName, request.arguments]);
