import type { Origin } from '../../interpreter/index.ts';
import type { CallFacts } from '../call-context.ts';
import type { Reason } from './denial.ts';
import { assertPeerRef, resolvePeer } from './peer-ref.ts';
import { asksFurther } from './further.ts';
import type { OriginRule } from './guard.ts';
import type { PeerRef } from './peer-ref.ts';
import { ofOne } from './origin-rule.ts';

/** A rule that trusts only the init peer to select, until it names others. */
export type Selectable<R> = R & {
  /**
   * The same rule, that also accepts values which these peers selected.
   *
   * @throws {TypeError} If an argument is not a peer id.
   */
  selectedBy(...peers: readonly PeerRef[]): R;
};

/** Builds a rule for the peers that may select: none at first. */
export function selectable<R extends object>(build: (selectors: readonly PeerRef[]) => R): Selectable<R> {
  const rule = build([]);
  return asksFurther(
    {
      ...rule,
      selectedBy(...peers: readonly PeerRef[]) {
        assertSelectors(peers);
        return build(peers);
      },
    },
    [rule],
  );
}

/**
 * Limits who may have selected a value among others: the init peer and the named peers. A value without selectors
 * passes.
 *
 * A peer that canonicalises a stream decides which of its values a script finds at index 0, and how many there are; an answer
 * that is used as a key or index decides which part the script reads. The value still keeps its own origin, so `from` and
 * `expectOrigin` accept it. Add this rule where the choice matters. Literal rules and `derivedOnlyFrom` have it built in.
 *
 * @param peers Peer ids (base58), `hostPeer`, or none: then only the init peer may select.
 * @throws {TypeError} If an argument is not a peer id.
 * @spec docs/spec/call-record.md#selectors
 * @example guards: { bid: from(AUCTION, 'auction', 'bid', '', selectedBy(AUCTION)) }
 */
export function selectedBy(...peers: readonly PeerRef[]): OriginRule {
  assertSelectors(peers);
  return {
    check: (subject, call) => ofOne(subject, undefined, origin => wrongSelector(origin, peers, call)),
  };
}

const assertSelectors = (peers: readonly PeerRef[]): void =>
  peers.forEach(peer => assertPeerRef(peer, 'selectedBy'));

/** The reason to deny if another peer than the init peer and `peers` selected the value. */
export function wrongSelector(
  { selectors }: Origin,
  peers: readonly PeerRef[],
  call: CallFacts,
): Reason | undefined {
  if (selectors.length === 0) return undefined;
  const expected = [...new Set([call.initPeerId, ...peers.map(peer => resolvePeer(peer, call))])];
  const found = selectors.filter(peerId => !expected.includes(peerId));
  return found.length === 0 ? undefined : { kind: 'selected', expected, found };
}
