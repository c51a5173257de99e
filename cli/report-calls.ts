import type { CallRequest, OriginKind, Tetraplet } from '../interpreter/index.ts';
import type { CallEvent } from '../services/index.ts';
import { name, tetrapletText } from './report-text.ts';
import type { PeerNames, ScriptReport } from '../network/index.ts';

/** The calls worth showing: successful loads of variables are made by the tool itself. */
export const shownCalls = ({ calls }: ScriptReport, verbose: boolean): readonly CallEvent[] =>
  verbose
    ? calls
    : calls.filter(
        ({ request, decision }) => request.serviceId !== 'getDataSrv' || decision.kind !== 'served',
      );

/** Where an argument came from, on one line. */
export function originLine(session: PeerNames, request: CallRequest, index: number): string {
  const tetraplets = request.tetraplets[index] ?? [];
  const origin = request.origins[index];
  const kinds =
    request.elementwise[index] === true ? origin?.parts.map(({ kind }) => kind) : origin && [origin.kind];
  const found = tetraplets.map((tetraplet, i) => originText(session, tetraplet, kinds?.[i] ?? 'service'));
  return `argument ${index + 1}: ${found.join('; ') || 'an empty canon'}`;
}

function originText(session: PeerNames, tetraplet: Tetraplet, kind: OriginKind): string {
  const peer = name(session, tetraplet.peerId);
  if (kind === 'literal') return `literal in ${peer}'s script`;
  if (kind === 'composed') return `put together by the script at ${peer}`;
  const from = `from ${tetrapletText(session, tetraplet)}`;
  return kind === 'error' ? `error ${from}` : from;
}
