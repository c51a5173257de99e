import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { printableLines } from '../../base/printable.ts';
import { highlighted } from '../model/highlight.ts';
import { instructionOf, spansOf } from '../model/script.ts';
import type { CallRow, ParticleRow, Workspace } from '../model/workspace.ts';

interface ScriptViewProps {
  readonly workspace: Workspace;
  readonly particle: ParticleRow;
  readonly row: CallRow;
  readonly onCall: (id: string) => void;
}

/** UTF-16 units before and after the instruction that are shown; scripts can have megabytes. */
const AROUND = 20_000;
/** Pixels above the instruction. */
const MARGIN = 80;

/** The script with the instruction of the call marked, and steps to the calls before and after it. */
export function ScriptView({ workspace, particle, row, onCall }: ScriptViewProps): JSX.Element {
  const script = useMemo(() => workspace.scriptOf(particle), [workspace, particle]);
  const spans = useMemo(() => (script === undefined ? new Map() : spansOf(script)), [script]);
  const mark = useRef<HTMLElement>(null);
  const box = useRef<HTMLPreElement>(null);
  useEffect(() => {
    if (box.current !== null && mark.current !== null)
      box.current.scrollTop = mark.current.offsetTop - box.current.offsetTop - MARGIN;
  }, [row.id]);
  const at = particle.calls.findIndex(({ id }) => id === row.id);
  const step = (by: number): (() => void) | undefined => {
    const other = particle.calls[at + by];
    return other && (() => onCall(other.id));
  };
  return (
    <section aria-label="script">
      <div class="bar">
        <h3>Script</h3>
        <button onClick={step(-1)} disabled={step(-1) === undefined} title="key ,">
          ‹ step back
        </button>
        <span>
          call {at + 1} of {particle.calls.length}
        </span>
        <button onClick={step(1)} disabled={step(1) === undefined} title="key .">
          step forward ›
        </button>
      </div>
      {script === undefined ? (
        <p class="mark">the script is withheld</p>
      ) : (
        <pre ref={box} class="script">
          {marked(script)}
        </pre>
      )}
    </section>
  );

  function marked(text: string): JSX.Element {
    const { start, end } = (spans.get(instructionOf(row.call.site)) as
      { start: number; end: number } | undefined) ?? {
      start: 0,
      end: 0,
    };
    // Parts begin and end outside of quotes, as instructions do.
    let first = start <= AROUND ? 0 : start;
    for (const { start: at } of spans.values() as Iterable<{ start: number }>)
      if (at >= start - AROUND && at < first) first = at;
    const last = Math.min(text.length, end + AROUND);
    return (
      <>
        {first > 0 && '… '}
        <Coloured text={text.slice(first, start)} />
        <mark ref={mark}>
          <Coloured text={text.slice(start, end)} />
        </mark>
        <Coloured text={text.slice(end, last)} />
        {last < text.length && ' …'}
      </>
    );
  }
}

/** Colours by the first words of scopes; the first that fits. */
const CLASSES = [
  ['keyword.control', 'keyword'],
  ['comment', 'comment'],
  ['string', 'string'],
  ['constant', 'constant'],
  ['support.constant', 'constant'],
  ['variable.language', 'constant'],
  ['variable.other.property', 'property'],
] as const;

/** A part of a script in the colours of editors. */
function Coloured({ text }: { readonly text: string }): JSX.Element {
  return (
    <>
      {highlighted(text).map(({ text: piece, scope }, i) => {
        const name = CLASSES.find(([prefix]) => scope.startsWith(prefix))?.[1];
        const shown = printableLines(piece);
        return name === undefined ? (
          shown
        ) : (
          <span key={i} class={`air-${name}`}>
            {shown}
          </span>
        );
      })}
    </>
  );
}
