import { z } from 'zod';
import { derivedOnlyFrom, expectLiteral, initPeer, literalOf, type Guard } from '../../services/index.ts';

/** A function of one argument, `x`, under a guard. */
export const guarded = (guard: Guard) => ({
  arguments: { x: z.json() },
  guards: { x: guard },
  handler: () => 'paid',
});

/** What a bank pays only if the customer chose it: each function has another rule for literals. */
export const LITERAL_RULES = {
  literal: guarded(expectLiteral()),
  literal_of: guarded(literalOf(initPeer)),
  derived: guarded(derivedOnlyFrom(literalOf(initPeer))),
};
