import { counted } from '../base/counted.ts';
import { suggestion } from '../base/options.ts';
import { printable, printableLines } from '../base/printable.ts';
import { decodeData, type Data, type State } from '../interpreter/index.ts';
import { formatDenial, type CallEvent, type Denial } from '../services/index.ts';
import { originLine, shownCalls } from './report-calls.ts';
import { block, functionText, name, valueText } from './report-text.ts';
import type { PeerNames, ScriptReport } from '../network/index.ts';
import { isAuthorsMistake, verdictOf, type Verdict } from './verdict.ts';

/** A run for people: calls, refusals with their reasons, and the outcome. */
export function reportText(
  session: PeerNames,
  report: ScriptReport,
  options: { readonly verbose: boolean },
): string {
  const events = [
    ...(options.verbose ? hopLines(session, report) : []),
    ...shownCalls(report, options.verbose).map(call => callText(session, call)),
    ...refusalLines(session, report),
    ...sendLines(session, report),
    ...(report.responseJson === 'null' ? [] : [`response: ${printable(report.responseJson)}`]),
  ].join('\n');
  const verdict = verdictText(session, verdictOf(report), events);
  return session.withNames(events === '' ? verdict : `${events}\n${verdict}`);
}

function callText(session: PeerNames, { peerId, request, decision }: CallEvent): string {
  const { argumentsJson, tetraplets } = request;
  const call = `${name(session, peerId)}: ${functionText(request)} ${valueText(argumentsJson)}`;
  const origins = tetraplets.map((_, i) => `    ${originLine(session, request, i)}`);
  const end =
    decision.kind === 'served'
      ? `    served: ${valueText('resultJson' in decision.result ? decision.result.resultJson : '')}`
      : `    ${decision.kind} (${decision.stage}, ${decision.code})\n${block(`${decision.text}${hint(session, peerId, request, decision.code)}`, 6)}`;
  // What mode `monitor` let pass.
  const { denial } = decision as { readonly denial?: Denial };
  const noted =
    decision.kind === 'denied' || denial === undefined
      ? []
      : [`    noted\n${block(formatDenial(denial), 6)}`];
  return [call, ...origins, end, ...noted].join('\n');
}

/** A near miss among the functions of the peer. Only here: what a script sees stays as it is. */
function hint(
  session: PeerNames,
  peerId: string,
  { serviceId, functionName }: CallEvent['request'],
  code: string,
): string {
  if (code !== 'ERR_FUNCTION_UNKNOWN' && code !== 'ERR_SERVICE_UNKNOWN') return '';
  const near = suggestion(`${serviceId}.${functionName}`, session.functionsOf(peerId), '');
  return near === '' ? '' : `\n${near.slice('; '.length)}`;
}

/** A peer sends again, so that one failure may come several times. */
function sendLines(session: PeerNames, { sends }: ScriptReport): string[] {
  const lines = sends.flatMap(({ peerId, to, failure }) =>
    failure === undefined
      ? []
      : [`${name(session, peerId)}: could not send to ${name(session, to)}\n${block(failure, 4)}`],
  );
  return [...new Set(lines)];
}

function refusalLines(session: PeerNames, { refusals }: ScriptReport): string[] {
  return refusals.map(event => {
    const { peerId, from, code, message, stage } = event;
    const what = isAuthorsMistake(event)
      ? `the script cannot go on here (script, ${code})`
      : `refused what ${name(session, from)} sent (${stage}, ${code})`;
    return `${name(session, peerId)}: ${what}\n${block(message, 4)}`;
  });
}

/** The outcome, and its reason where the events above do not show it. */
function verdictText(session: PeerNames, verdict: Verdict, events: string): string {
  const { outcome, layer, code, peerId, text } = verdict;
  if (outcome === 'ok') return 'outcome: ok';
  const where = peerId === '' ? '' : ` at ${name(session, peerId)}`;
  const [first = ''] = printableLines(text).split('\n');
  const reason = text === '' || events.includes(first) ? '' : `\n${block(`reason: ${text}`, 4)}`;
  return `outcome: ${outcome}${where} (${layer}, ${code})${reason}`;
}

/** Every run with the data that it produced. */
function hopLines(session: PeerNames, { steps, air }: ScriptReport): string[] {
  const hops = steps.map(({ input, outcome }, i) => {
    const { currentPeerId, particleSignature } = input.params;
    const took = [
      input.currentData.length > 0 ? `${counted(input.currentData.length, 'byte')} of data` : '',
      input.callResults.size > 0 ? counted(input.callResults.size, 'call result') : '',
    ].filter(part => part !== '');
    const next = outcome.nextPeerIds.map(peerId => name(session, peerId)).join(', ');
    const head = `hop ${i + 1} at ${name(session, currentPeerId)}, with ${took.join(' and ') || 'nothing'} → code ${outcome.retCode}${next && `, next ${next}`}`;
    return [head, ...dataLines(session, decodeData(outcome.data, particleSignature, 'outcome'))].join('\n');
  });
  return [`script:\n${block(air.replaceAll(/[\t\r]/g, ' '), 2)}`, ...hops];
}

/** The content of data: records, and pending states. */
export function dataLines(session: PeerNames, data: Data): string[] {
  const records = [...data.logs.values()].flatMap(({ peerId, records }) =>
    records.map(({ record }) => ({ peerId, record })),
  );
  return [
    ...records.map(({ peerId, record }) => {
      const { kind, site, outcome, responseHash } = record;
      const what = kind === 'canon' ? '`canon`' : functionText(record);
      const value = data.values.get(responseHash);
      return `    site ${site.key}: ${outcome} ${what} by ${name(session, peerId)}${value ? ` = ${valueText(value.text)}` : ''}`;
    }),
    ...[...data.states.values()].map(state => `    site ${state.site.key}: ${stateText(session, state)}`),
  ];
}

function stateText(session: PeerNames, state: State): string {
  if (state.kind === 'put') return `put into a stream, generation ${state.generation}`;
  const by = name(session, state.by);
  return state.kind === 'requested' ? `passed on by ${by}` : `requested by ${by} under id ${state.requestId}`;
}
