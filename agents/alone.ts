import type { Transport } from '../peer/index.ts';

/** The transport of a peer that reaches no other one. */
export const alone: Transport = {
  start: () => undefined,
  stop: () => undefined,
  send: () => Promise.resolve({ ok: false, kind: 'permanent', reason: 'this agent reaches no other peer' }),
};
