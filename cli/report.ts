import { printable, printableLines } from '../base/printable.ts';
import { decodeData, type Data, type State } from '../interpreter/index.ts';
import type { CallEvent } from '../services/index.ts';
import { originLine, shownCalls } from './report-calls.ts';
import { block, functionText, name, valueText } from './report-text.ts';
import type { RunReport, Session } from './session.ts';
import { isAuthorsMistake, verdictOf, type Verdict } from './verdict.ts';

/** A run for people: calls, refusals with their reasons, and the outcome. */
export function reportText(
  session: Session,
  report: RunReport,
  options: { readonly verbose: boolean },
): string {
  const events = [
    ...(options.verbose ? hopLines(session, report) : []),
    ...shownCalls(report, options.verbose).map(call => callText(session, call)),
    ...refusalLines(session, report),
    ...report.sends.flatMap(({ peerId, to, failure }) =>
      failure === undefined
        ? []
        : [`${name(session, peerId)}: could not send to ${name(session, to)}\n${block(failure, 4)}`],
    ),
    ...(report.responseJson === 'null' ? [] : [`response: ${printable(report.responseJson)}`]),
  ].join('\n');
  const verdict = verdictText(session, verdictOf(report), events);
  return session.withNames(events === '' ? verdict : `${events}\n${verdict}`);
}

function callText(session: Session, { peerId, request, decision }: CallEvent): string {
  const { argumentsJson, tetraplets } = request;
  const call = `${name(session, peerId)}: ${functionText(request)} ${valueText(argumentsJson)}`;
  const origins = tetraplets.map((_, i) => `    ${originLine(session, request, i)}`);
  const end =
    decision.kind === 'served'
      ? `    served: ${valueText('resultJson' in decision.result ? decision.result.resultJson : '')}`
      : `    ${decision.kind} (${decision.stage}, ${decision.code})\n${block(decision.text, 6)}`;
  return [call, ...origins, end].join('\n');
}

function refusalLines(session: Session, { refusals }: RunReport): string[] {
  return refusals.map(event => {
    const { peerId, from, code, message, stage } = event;
    const what = isAuthorsMistake(event)
      ? `the script cannot go on here (script, ${code})`
      : `refused what ${name(session, from)} sent (${stage}, ${code})`;
    return `${name(session, peerId)}: ${what}\n${block(message, 4)}`;
  });
}

/** The outcome, and its reason where the events above do not show it. */
function verdictText(session: Session, verdict: Verdict, events: string): string {
  const { outcome, layer, code, peerId, text } = verdict;
  if (outcome === 'ok') return 'outcome: ok';
  const where = peerId === '' ? '' : ` at ${name(session, peerId)}`;
  const [first = ''] = printableLines(text).split('\n');
  const reason = text === '' || events.includes(first) ? '' : `\n${block(`reason: ${text}`, 4)}`;
  return `outcome: ${outcome}${where} (${layer}, ${code})${reason}`;
}

/** Every run with the data that it produced. */
function hopLines(session: Session, { steps, air }: RunReport): string[] {
  const hops = steps.map(({ input, outcome }, i) => {
    const { currentPeerId, particleSignature } = input.params;
    const took = [
      input.currentData.length > 0 ? `${input.currentData.length} bytes of data` : '',
      input.callResults.size > 0 ? `${input.callResults.size} call results` : '',
    ].filter(part => part !== '');
    const next = outcome.nextPeerIds.map(peerId => name(session, peerId)).join(', ');
    const head = `hop ${i + 1} at ${name(session, currentPeerId)}, with ${took.join(' and ') || 'nothing'} → code ${outcome.retCode}${next && `, next ${next}`}`;
    return [head, ...dataLines(session, decodeData(outcome.data, particleSignature, 'outcome'))].join('\n');
  });
  return [`script:\n${block(air.replaceAll(/[\t\r]/g, ' '), 2)}`, ...hops];
}

/** The content of data: records, and pending states. */
export function dataLines(session: Session, data: Data): string[] {
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

function stateText(session: Session, state: State): string {
  if (state.kind === 'put') return `put into a stream, generation ${state.generation}`;
  const by = name(session, state.by);
  return state.kind === 'requested' ? `passed on by ${by}` : `requested by ${by} under id ${state.requestId}`;
}
