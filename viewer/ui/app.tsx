import { useMemo, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { CallIndex } from '../model/search.ts';
import { marksOf, Workspace } from '../model/workspace.ts';
import { Playground } from '../playground/playground.tsx';
import { CallsPanel } from './calls-panel.tsx';
import { ComparePanel } from './compare-panel.tsx';
import { Header } from './header.tsx';
import { LanesPanel } from './lanes-panel.tsx';
import { useFiles } from './use-files.ts';
import { useKeys } from './use-keys.ts';
import { useVerification } from './use-verification.ts';
import { useView } from './use-view.ts';
import { VerdictPanel } from './verdict-panel.tsx';
import { Welcome } from './welcome.tsx';

export function App(): JSX.Element {
  const opened = useFiles();
  const { files, keysFrom } = opened;
  const [view, go] = useView();
  const [isDropping, setDropping] = useState(false);
  const workspace = useMemo(() => new Workspace(files), [files]);
  const verification = useVerification(files);
  const report = verification.kind === 'done' ? verification.report : undefined;
  const marks = useMemo(() => marksOf(workspace, report), [workspace, report]);
  const index = useMemo(() => new CallIndex(workspace), [workspace]);
  useKeys(workspace, view.call, go);

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
        void opened.add([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      <Header {...{ opened, tab: view.tab, go }} />
      <main>
        <div id="panel" role="tabpanel" aria-labelledby={`tab-${view.tab}`}>
          {files.length === 0 && view.tab !== 'playground' ? <Welcome /> : panel()}
          <div hidden={view.tab !== 'playground'}>
            <Playground onRecorded={opened.replace} onShow={tab => go({ tab, query: '' })} />
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
