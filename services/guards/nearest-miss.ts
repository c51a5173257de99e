import type { Tetraplet } from '../../interpreter/index.ts';
import type { Denial, ExpectedOrigin, Reason } from './denial.ts';

/** The origin that came nearest to an expected one: of all reasons of a denial, alternatives included. */
export interface NearestMiss {
  /** Of the argument. */
  readonly argument: string;
  readonly expected: ExpectedOrigin;
  readonly found: Tetraplet;
  /** Parts that differ, of peer, service, function and getter; the fewest come first. */
  readonly differs: readonly (keyof Tetraplet)[];
}

/**
 * What would have needed the least change: where an argument may come from several places, the one that its origin misses by the fewest
 * parts. For the operator: it names what would have passed.
 *
 * @returns `undefined` if no origin was compared.
 * @example nearestMiss(decision.denial)?.differs // ['getter']
 */
export function nearestMiss(denial: Denial): NearestMiss | undefined {
  let best: NearestMiss | undefined;
  const all = [denial, ...(denial.policy ?? [])].flatMap(part => part.arguments);
  for (const { name, reason } of all)
    for (const { expected, found } of compared(reason)) {
      const differs = PARTS.filter(part => expected[part] !== undefined && expected[part] !== found[part]);
      if (best === undefined || differs.length < best.differs.length)
        best = { argument: name, expected, found, differs };
    }
  return best;
}

const PARTS = ['peerId', 'serviceId', 'functionName', 'getter'] as const;

type Compared = Extract<Reason, { kind: 'origin' }>;

/** Reasons that compare origins of the argument itself; further down it is another value. */
function compared(reason: Reason): readonly Compared[] {
  switch (reason.kind) {
    case 'origin':
      return [reason];
    case 'all-of':
    case 'any-of':
      return reason.reasons.flatMap(compared);
    case 'each':
      return reason.elements.flatMap(element => compared(element.reason));
    default:
      return [];
  }
}
