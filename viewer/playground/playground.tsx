import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { BerylError } from '../../base/error.ts';
import { printable, printableLines } from '../../base/printable.ts';
import { openFile, type OpenedFile } from '../model/files.ts';
import { CASES, type Case } from './cases.ts';
import { play, PLAY_TEXT_MAX, type Played } from './play.ts';

interface PlaygroundProps {
  /** Opens what was recorded in the viewer. */
  readonly onRecorded: (files: readonly OpenedFile[]) => void;
  readonly onShow: (tab: 'verdict' | 'calls' | 'lanes') => void;
}

type Outcome =
  | { readonly kind: 'played'; readonly played: Played }
  | { readonly kind: 'mistake'; readonly text: string }
  | { readonly kind: 'playing' };

/** Scripts on a network inside this page: change the script, the services' rules, or the carrier, and see what is refused, and why. */
export function Playground({ onRecorded, onShow }: PlaygroundProps): JSX.Element {
  const [draft, setDraft] = useState<Case>(CASES[0] as Case);
  const [outcome, setOutcome] = useState<Outcome | undefined>();
  const pick = (i: number): void => {
    setDraft(CASES[i] as Case);
    setOutcome(undefined);
  };
  const run = async (): Promise<void> => {
    setOutcome({ kind: 'playing' });
    try {
      const played = await play(draft);
      onRecorded([
        openFile('playground.beryl', played.recording),
        openFile('keys of the playground', played.trust),
      ]);
      setOutcome({ kind: 'played', played });
    } catch (failure) {
      // Scripts and network files are mistaken in known ways; anything else is a bug, and is shown as well.
      const text = failure instanceof BerylError ? `${failure.message} (${failure.code})` : String(failure);
      setOutcome({ kind: 'mistake', text });
    }
  };
  const area = (label: string, field: 'script' | 'network' | 'carrier', rows: number): JSX.Element => (
    <label class="area">
      {label}
      <textarea
        rows={rows}
        spellcheck={false}
        maxLength={PLAY_TEXT_MAX}
        value={draft[field]}
        onInput={({ currentTarget }) => setDraft({ ...draft, [field]: currentTarget.value })}
      />
    </label>
  );
  return (
    <section class="playground" aria-label="playground">
      <div class="bar">
        <label>
          Example{' '}
          <select aria-label="example" onChange={({ currentTarget }) => pick(currentTarget.selectedIndex)}>
            {CASES.map(({ title }) => (
              <option key={title}>{title}</option>
            ))}
          </select>
        </label>
        <button onClick={() => void run()} disabled={outcome?.kind === 'playing'}>
          ▶ Run
        </button>
        <span class="hint">{draft.tried}</span>
      </div>
      <div class="areas">
        {area('Script (AIR)', 'script', 14)}
        {area('Peers, their services and rules', 'network', 14)}
        {area('The carrier: what a man in the middle does (empty: honest)', 'carrier', 6)}
        <div aria-label="outcome" role="status">
          {outcome === undefined ? (
            <p class="hint">Run it: the network is simulated in this page, and nothing leaves it.</p>
          ) : outcome.kind === 'playing' ? (
            <p>running …</p>
          ) : outcome.kind === 'mistake' ? (
            <pre class="mark">{printableLines(outcome.text)}</pre>
          ) : (
            <Result played={outcome.played} onShow={onShow} />
          )}
        </div>
      </div>
    </section>
  );
}

function Result({
  played: { response, served, refused, failure },
  onShow,
}: {
  readonly played: Played;
  readonly onShow: PlaygroundProps['onShow'];
}): JSX.Element {
  return (
    <>
      <p>
        <span class={`badge ${refused.length === 0 ? 'served' : 'denied'}`}>
          {refused.length === 0 ? 'nothing was refused' : `${refused.length} refused`}
        </span>{' '}
        {served} calls served; response <code>{printable(response)}</code>
      </p>
      {refused.map(({ peer, what, code, text }, i) => (
        <div key={i}>
          <p class="mark">
            {printable(peer)} refused {printable(what)}: {code}
          </p>
          <pre>{printableLines(text)}</pre>
        </div>
      ))}
      {failure !== undefined && <p class="mark">{printable(failure)}</p>}
      <div class="bar">
        <button onClick={() => onShow('calls')}>See every call, and where each value came from</button>
        <button onClick={() => onShow('lanes')}>See it on the peers</button>
        <button onClick={() => onShow('verdict')}>Verify the recording</button>
      </div>
    </>
  );
}
