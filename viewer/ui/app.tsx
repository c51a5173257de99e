import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { textOf } from '../../base/bytes.ts';
import { printable } from '../../base/printable.ts';
import { openFile, type OpenedFile } from '../model/files.ts';
import { CallIndex } from '../model/search.ts';
import { marksOf, Workspace } from '../model/workspace.ts';
import { Playground } from '../playground/playground.tsx';
import { CallsPanel } from './calls-panel.tsx';
import { ComparePanel } from './compare-panel.tsx';
import { embeddedFiles } from './embedded.ts';
import { LanesPanel } from './lanes-panel.tsx';
import { formatLink, parseLink, TABS, type Tab, type View } from './link.ts';
import { VerdictPanel, type Verification } from './verdict-panel.tsx';
import { startVerifier } from './verifier.ts';

const TITLES: Readonly<Record<Tab, string>> = {
  verdict: 'Verdict',
  calls: 'Calls',
  lanes: 'Lanes',
  compare: 'Compare',
  playground: 'Playground',
};

/** Time to draw what the page is doing, milliseconds. */
const SHOW_MS = 20;

export function App(): JSX.Element {
  const [files, setFiles] = useState<readonly OpenedFile[]>(embeddedFiles);
  const [keysFrom, setKeysFrom] = useState(() =>
    files.some(({ kind }) => kind === 'trust') ? 'whoever made this page' : undefined,
  );
  const [view, setView] = useState<View>(() => parseLink(location.hash));
  const [isDropping, setDropping] = useState(false);
  /** Name of the file that is read. */
  const [opening, setOpening] = useState<string | undefined>();
  const workspace = useMemo(() => new Workspace(files), [files]);
  const verification = useVerification(files);
  const report = verification.kind === 'done' ? verification.report : undefined;
  const marks = useMemo(() => marksOf(workspace, report), [workspace, report]);
  const index = useMemo(() => new CallIndex(workspace), [workspace]);

  const go = useCallback((change: Partial<View>): void => setView(before => ({ ...before, ...change })), []);
  useEffect(() => {
    const link = formatLink(view);
    if (link !== location.hash) history.replaceState(null, '', link);
  }, [view]);
  useEffect(() => {
    const onHash = (): void => setView(parseLink(location.hash));
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, []);

  const add = useCallback(async (list: Iterable<File>, isNew: boolean): Promise<void> => {
    const opened: OpenedFile[] = [];
    for (const file of list) {
      setOpening(file.name);
      const bytes = new Uint8Array(await file.arrayBuffer());
      // The page says what it does before a large file keeps it busy.
      await new Promise(resolve => void setTimeout(resolve, SHOW_MS));
      opened.push(openFile(file.name, bytes));
    }
    setOpening(undefined);
    if (opened.length === 0) return;
    if (opened.some(({ kind }) => kind === 'trust')) setKeysFrom(undefined);
    setFiles(before => {
      const hasTrust = opened.some(({ kind }) => kind === 'trust');
      // Keys that the reader opens take the place of those that came with the page.
      const kept = isNew ? [] : before.filter(({ kind }) => !(hasTrust && kind === 'trust'));
      return [...kept, ...opened];
    });
  }, []);

  const move = useCallback(
    (by: number): void => {
      const row = view.call === undefined ? undefined : workspace.call(view.call);
      const calls = row && workspace.particleOfCall(row)?.calls;
      const next = calls?.[calls.findIndex(({ id }) => id === row?.id) + by];
      if (next !== undefined) go({ call: next.id });
    },
    [view.call, workspace, go],
  );
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const { key, ctrlKey, metaKey, altKey, target } = event;
      const isTyping = target instanceof HTMLElement && target.matches('input, textarea, select');
      if (isTyping || ctrlKey || metaKey || altKey) return;
      const tab = TABS[Number(key) - 1];
      if (tab !== undefined) go({ tab });
      else if (key === '/') {
        go({ tab: 'calls' });
        setTimeout(() => document.getElementById('search')?.focus(), 0);
      } else if (key === ',') move(-1);
      else if (key === '.') move(1);
      else if (key === 'o') document.getElementById('open')?.click();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [go, move]);

  const openCall = (id: string): void => go({ tab: 'calls', call: id, query: '' });
  return (
    <div
      class={isDropping ? 'page dropping' : 'page'}
      onDragOver={event => {
        event.preventDefault();
        setDropping(true);
      }}
      onDragLeave={() => setDropping(false)}
      onDrop={event => {
        event.preventDefault();
        setDropping(false);
        void add([...(event.dataTransfer?.files ?? [])], false);
      }}
    >
      <header>
        <h1>Beryl</h1>
        <label class="button">
          Open files
          <input
            id="open"
            type="file"
            multiple
            aria-label="open recordings, receipts, evidence, trust files"
            onChange={({ currentTarget }) => {
              void add([...(currentTarget.files ?? [])], false);
              currentTarget.value = '';
            }}
          />
        </label>
        {files.length > 0 && <button onClick={() => setFiles([])}>Close all</button>}
        <nav role="tablist" aria-label="panels">
          {TABS.map((tab, i) => (
            <button
              key={tab}
              role="tab"
              id={`tab-${tab}`}
              aria-selected={view.tab === tab}
              aria-controls="panel"
              title={`key ${i + 1}`}
              onClick={() => go({ tab })}
            >
              {TITLES[tab]}
            </button>
          ))}
        </nav>
        <span class="files" role="status">
          {opening === undefined
            ? files.map(({ name }) => printable(name)).join(', ')
            : `opening ${printable(opening)} …`}
        </span>
        <button onClick={toggleTheme} aria-label="light or dark">
          ◐
        </button>
      </header>
      <main>
        <div id="panel" role="tabpanel" aria-labelledby={`tab-${view.tab}`}>
          {files.length === 0 && view.tab !== 'playground' ? <Welcome /> : panel()}
          <div hidden={view.tab !== 'playground'}>
            <Playground
              onRecorded={recorded => {
                setKeysFrom('the playground');
                setFiles(recorded);
              }}
              onShow={tab => go({ tab, query: '' })}
            />
          </div>
        </div>
      </main>
    </div>
  );

  function panel(): JSX.Element | null {
    switch (view.tab) {
      case 'verdict':
        return <VerdictPanel {...{ workspace, verification, keysFrom }} onCall={openCall} />;
      case 'calls':
        return <CallsPanel {...{ workspace, index, marks, view, go }} />;
      case 'lanes':
        return <LanesPanel {...{ workspace, marks, view, go }} />;
      case 'compare':
        return <ComparePanel {...{ workspace, view, go }} />;
      case 'playground':
        return null;
    }
  }
}

function Welcome(): JSX.Element {
  return (
    <div class="welcome">
      <h2>Drop recordings here</h2>
      <p>
        This page opens recordings, receipts and evidence of Beryl, verifies them, and shows who called what,
        why it was decided so, and where every value came from. Drop your trust file (<code>peers.json</code>)
        beside them to say whose keys you trust.
      </p>
      <p>Nothing leaves this page: it may load nothing and send nothing.</p>
      <p class="hint">
        Keys: <kbd>o</kbd> opens files, <kbd>1</kbd> to <kbd>5</kbd> choose a panel, <kbd>/</kbd> searches,{' '}
        <kbd>,</kbd> and <kbd>.</kbd> step through a particle.
      </p>
    </div>
  );
}

/** Verifies the recordings whenever the files change. */
function useVerification(files: readonly OpenedFile[]): Verification {
  const [verification, setVerification] = useState<Verification>({ kind: 'none' });
  useEffect(() => {
    const recordings = files.flatMap(file =>
      file.kind === 'recording' || file.kind === 'broken' ? [file.bytes] : [],
    );
    if (recordings.length === 0) {
      setVerification({ kind: 'none' });
      return undefined;
    }
    setVerification({ kind: 'running', done: 0, all: 0 });
    const trust = files.flatMap(file => (file.kind === 'trust' ? [file.text] : []));
    const checkpoints = files.flatMap(file =>
      file.kind === 'statement' && file.of === 'checkpoint' ? [textOf(file.bytes) ?? ''] : [],
    );
    return startVerifier({ recordings, trust, checkpoints }, answer => {
      if (answer.kind === 'progress') setVerification({ ...answer, kind: 'running' });
      else if (answer.kind === 'report') setVerification({ kind: 'done', report: answer.report });
      else setVerification({ kind: 'failed', message: answer.message });
    });
  }, [files]);
  return verification;
}

function toggleTheme(): void {
  const root = document.documentElement;
  const isDark =
    root.dataset['theme'] === undefined
      ? matchMedia('(prefers-color-scheme: dark)').matches
      : root.dataset['theme'] === 'dark';
  root.dataset['theme'] = isDark ? 'light' : 'dark';
}
