import type { JSX } from 'preact';
import { printable } from '../../base/printable.ts';
import type { Files } from './use-files.ts';
import { TABS, type Tab, type View } from './link.ts';

const TITLES: Readonly<Record<Tab, string>> = {
  verdict: 'Verdict',
  calls: 'Calls',
  lanes: 'Lanes',
  compare: 'Compare',
  playground: 'Playground',
};

interface HeaderProps {
  readonly opened: Files;
  readonly tab: Tab;
  readonly go: (change: Partial<View>) => void;
}

/** Opens and closes files, and chooses the panel. */
export function Header({ opened, tab: shown, go }: HeaderProps): JSX.Element {
  const { files, opening } = opened;
  return (
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
            void opened.add([...(currentTarget.files ?? [])]);
            currentTarget.value = '';
          }}
        />
      </label>
      {files.length > 0 && <button onClick={opened.close}>Close all</button>}
      <nav role="tablist" aria-label="panels">
        {TABS.map((tab, i) => (
          <button
            key={tab}
            role="tab"
            id={`tab-${tab}`}
            aria-selected={shown === tab}
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
  );
}

function toggleTheme(): void {
  const root = document.documentElement;
  const isDark =
    root.dataset['theme'] === undefined
      ? matchMedia('(prefers-color-scheme: dark)').matches
      : root.dataset['theme'] === 'dark';
  root.dataset['theme'] = isDark ? 'light' : 'dark';
}
