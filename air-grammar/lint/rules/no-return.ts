import { spanOf } from '../../source.ts';
import type { LintFinding } from '../finding.ts';
import type { ScriptFacts } from '../script-facts.ts';

/** A script that leaves its init peer and never comes back: its starter gets no result. */
export function* noReturn({ calls }: ScriptFacts): Iterable<LintFinding> {
  const lastAway = calls.findLast(({ peer }) => peer.kind !== 'initPeerId');
  const lastHome = calls.findLast(({ peer }) => peer.kind === 'initPeerId');
  if (lastAway === undefined || (lastHome !== undefined && lastHome.index > lastAway.index)) return;
  yield {
    code: 'no-return',
    message: 'the script does not return to its init peer after this call: its starter gets no result',
    help: 'add a call on %init_peer_id% after it',
    span: spanOf(lastAway),
  };
}
