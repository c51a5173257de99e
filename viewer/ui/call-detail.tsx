import { useEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import type { Lineage } from '../../audit/index.ts';
import { printable, printableLines } from '../../base/printable.ts';
import { originOfField, usesOfField, type Step } from '../model/fields.ts';
import type { Direction } from '../model/origins.ts';
import type { CallRow, ParticleRow, Workspace } from '../model/workspace.ts';
import { JsonTree } from './json-tree.tsx';
import { OriginGraph } from './origin-graph.tsx';
import { ScriptView } from './script-view.tsx';

interface CallDetailProps {
  readonly workspace: Workspace;
  readonly row: CallRow;
  readonly marks: readonly string[];
  readonly onCall: (id: string) => void;
}

/** One call: who, what, why, and from where. */
export function CallDetail({ workspace, row, marks, onCall }: CallDetailProps): JSX.Element {
  const { call } = row;
  const particle = workspace.particleOfCall(row) as ParticleRow;
  const lineage = workspace.lineageOf(particle);
  const [direction, setDirection] = useState<Direction>('upstream');
  const [field, setField] = useState<JSX.Element | undefined>();
  const article = useRef<HTMLElement>(null);
  useEffect(() => {
    setField(undefined);
    if (article.current?.parentElement) article.current.parentElement.scrollTop = 0;
  }, [row.id]);
  const nameOf = (id: string): string => printable(workspace.nameOf(id));
  const file = workspace.recordings[row.recording]?.name ?? '';
  return (
    <article ref={article} aria-label={`call ${call.call}`}>
      <h2>
        <span class={`badge ${call.outcome}`}>{call.outcome}</span>{' '}
        {printable(`${call.service}.${call.function}`)}
      </h2>
      {marks.length > 0 && (
        <ul class="marks" aria-label="marks">
          {marks.map(mark => (
            <li key={mark} class="mark">
              {mark}
            </li>
          ))}
        </ul>
      )}
      <dl>
        <dt>Who</dt>
        <dd>
          {nameOf(call.peerId)} performed it for <b>{nameOf(call.initPeerId)}</b>, who signed the script
        </dd>
        <dt>When</dt>
        <dd>
          {timeText(call.askedMs)}, decided {timeText(call.decidedMs)} (the recorder’s word)
        </dd>
        <dt>Where</dt>
        <dd>
          {printable(file)}, call {call.call}, particle {printable(call.particleId)}, site{' '}
          {printable(call.site)}
        </dd>
        <dt>Why</dt>
        <dd>{reasonOf(row)}</dd>
      </dl>
      <section aria-label="arguments">
        <h3>Arguments</h3>
        {call.arguments.length === 0 && <p>none</p>}
        <ol>
          {call.arguments.map((text, i) => (
            <li key={i}>
              <JsonTree text={text} action="where from" onField={path => setField(whereFrom(i, path))} />
              <span class="origin">
                {(call.origins[i] ?? [])
                  .map(
                    one =>
                      `${nameOf(one.peerId)} ${printable(originText(one.serviceId, one.functionName, one.getter))}`,
                  )
                  .join(' + ')}
              </span>
            </li>
          ))}
        </ol>
      </section>
      <section aria-label="answer">
        <h3>Answer</h3>
        {call.answer === undefined ? (
          <p class="mark">none: the recording holds no decision</p>
        ) : call.outcome === 'served' || call.answer === null ? (
          <JsonTree text={call.answer} action="what did it reach" onField={path => setField(reached(path))} />
        ) : (
          <pre>{printableLines(call.answer)}</pre>
        )}
      </section>
      {field !== undefined && (
        <p class="answer" role="status">
          {field}
        </p>
      )}
      <section aria-label="origins">
        <div class="bar">
          <h3>{direction === 'upstream' ? 'Where its arguments came from' : 'What its answer reached'}</h3>
          <button onClick={() => setDirection(direction === 'upstream' ? 'downstream' : 'upstream')}>
            {direction === 'upstream' ? 'show what its answer reached' : 'show where its arguments came from'}
          </button>
        </div>
        {lineage.unknown.includes(call.call) && (
          <p class="mark">
            its run cannot be run again: what it needs is withheld, or not what was recorded. The origins
            beside the arguments are claims of the file.
          </p>
        )}
        <OriginGraph {...{ workspace, particle, direction, onCall }} root={`call:${call.call}`} />
      </section>
      <ScriptView {...{ workspace, particle, row, onCall }} />
    </article>
  );

  function whereFrom(argument: number, path: readonly Step[]): JSX.Element {
    const found = originOfField(lineage, call.call, argument, path);
    if (found === undefined) return <>the origin is not known: its run cannot be run again</>;
    const { node, getter } = found;
    const peer = nameOf(node.tetraplet.peerId);
    const { serviceId, functionName } = node.tetraplet;
    if (node.kind === 'literal') return <>it is written in the script, which {peer} signed</>;
    if (node.kind === 'composed') return <>the script put it together on {peer}</>;
    return (
      <>
        it is {getter === '' ? 'the whole answer' : <code>{printable(getter)}</code>} of{' '}
        {printable(`${serviceId}.${functionName}`)} on {peer} {linkTo(lineage, node.id)}
      </>
    );
  }

  function reached(path: readonly Step[]): JSX.Element {
    const uses = usesOfField(lineage, `call:${call.call}`, path);
    if (uses.length === 0) return <>no call in this recording was given it</>;
    return (
      <>
        it went into{' '}
        {uses.map((use, i) => {
          const to = lineage.nodes.get(use.to);
          return (
            <span key={i}>
              {i > 0 && '; '}
              {use.argument === undefined ? 'a value' : `argument ${use.argument + 1}`} of{' '}
              {printable(`${to?.tetraplet.serviceId}.${to?.tetraplet.functionName}`)}{' '}
              {linkTo(lineage, use.to)}
            </span>
          );
        })}
      </>
    );
  }

  function linkTo({ nodes }: Lineage, id: string): JSX.Element | null {
    const number = nodes.get(id)?.call;
    return number === undefined ? null : (
      <button onClick={() => onCall(`${row.recording}.${number}`)}>call {number}</button>
    );
  }
}

function reasonOf({ call }: CallRow): string {
  if (call.outcome === 'pending') return 'not decided when the recording ended';
  if (call.outcome === 'served') return 'access list and guards allowed it, and the handler answered';
  const stage = {
    find: 'unknown function',
    gatekeeper: 'the access list refused it',
    arguments: 'its arguments have the wrong shape',
    guards: 'a guard refused the origin of an argument',
    handler: 'the handler failed',
    result: 'the result could not be recorded',
  };
  return `${stage[(call.stage ?? 'handler') as keyof typeof stage] ?? ''} (${printable(call.code ?? call.outcome)})`;
}

const originText = (service: string, name: string, getter: string): string =>
  service === '' ? `script${getter}` : `${service}.${name}${getter}`;

export function timeText(ms: number | undefined): string {
  const date = new Date(ms ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? 'at an unknown time' : date.toISOString();
}
