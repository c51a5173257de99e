import type { Tetraplet } from '../interpreter/index.ts';
import { decodeData, type Data, type State } from '../interpreter/index.ts';
import type { CallEvent } from '../services/index.ts';
import type { RunReport, Session } from './session.ts';
import { verdictOf, type Verdict } from './verdict.ts';

const SHOWN_MAX = 160;

/** A run for people: who did what, who refused what and why, what it comes to. */
export function reportText(
  session: Session,
  report: RunReport,
  options: { readonly verbose: boolean },
): string {
  const verdict = verdictOf(report);
  const lines = [
    ...(options.verbose ? hopLines(session, report) : []),
    ...shownCalls(report, options.verbose).map(call => callText(session, call)),
    ...report.refusals.map(
      ({ peerId, from, code, message, stage }) =>
        `${name(session, peerId)}: refused what ${name(session, from)} sent (${stage}, ${code})\n    ${message}`,
    ),
    ...report.sends.flatMap(({ peerId, to, failure }) =>
      failure === undefined
        ? []
        : [`${name(session, peerId)}: could not send to ${name(session, to)}\n    ${failure}`],
    ),
    ...(report.response === null ? [] : [`response: ${JSON.stringify(report.response)}`]),
    verdictText(session, verdict),
  ];
  return session.withNames(lines.join('\n'));
}

/** Loading the variables is the tool's own doing. */
const shownCalls = ({ calls }: RunReport, verbose: boolean): readonly CallEvent[] =>
  verbose ? calls : calls.filter(({ request }) => request.serviceId !== 'getDataSrv');

function callText(session: Session, { peerId, request, decision }: CallEvent): string {
  const { serviceId, functionName, argumentsJson, tetraplets } = request;
  const call = `${name(session, peerId)}: \`${serviceId}.${functionName}\` ${shorten(argumentsJson)}`;
  const origins = tetraplets.flatMap((list, i) =>
    list.map(found => `    argument ${i + 1} is from ${tetrapletText(session, found)}`),
  );
  const end =
    decision.kind === 'served'
      ? `    served: ${shorten('resultJson' in decision.result ? decision.result.resultJson : '')}`
      : `    ${decision.kind} (${decision.stage}, ${decision.code})\n${indent(decision.text, 6)}`;
  return [call, ...origins, end].join('\n');
}

function verdictText(session: Session, { outcome, layer, code, peerId }: Verdict): string {
  if (outcome === 'ok') return 'outcome: ok';
  const where = peerId === '' ? '' : ` at ${name(session, peerId)}`;
  return `outcome: ${outcome}${where} (${layer}, ${code})`;
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
  return [`script:\n${indent(air, 2)}`, ...hops];
}

/** What data says: what is recorded, what is waited for. */
export function dataLines(session: Session, data: Data): string[] {
  const records = [...data.logs.values()].flatMap(({ peerId, records }) =>
    records.map(({ record }) => ({ peerId, record })),
  );
  return [
    ...records.map(({ peerId, record }) => {
      const { kind, site, serviceId, functionName, outcome, responseHash } = record;
      const what = kind === 'canon' ? 'canon' : `${serviceId}.${functionName}`;
      const value = data.values.get(responseHash);
      return `    site ${site.key}: ${outcome} \`${what}\` by ${name(session, peerId)}${value ? ` = ${shorten(value.text)}` : ''}`;
    }),
    ...[...data.states.values()].map(state => `    site ${state.site.key}: ${stateText(session, state)}`),
  ];
}

function stateText(session: Session, state: State): string {
  if (state.kind === 'put') return `put into a stream, generation ${state.generation}`;
  const by = name(session, state.by);
  return state.kind === 'requested' ? `passed on by ${by}` : `asked by ${by} under id ${state.requestId}`;
}

export function tetrapletText(
  session: Session,
  { peerId, serviceId, functionName, getter }: Tetraplet,
): string {
  return `(${[name(session, peerId), serviceId, functionName, getter].join(', ')})`;
}

export function name(session: Session, peerId: string): string {
  return session.nameOf(peerId) ?? peerId;
}

export const indent = (text: string, by: number): string =>
  text
    .split('\n')
    .map(line => ' '.repeat(by) + line)
    .join('\n');

export const shorten = (text: string): string =>
  text.length <= SHOWN_MAX ? text : `${text.slice(0, SHOWN_MAX)}…`;
