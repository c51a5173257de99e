import { useMemo } from 'preact/hooks';
import type { JSX } from 'preact';
import { printable, shorten } from '../../base/printable.ts';
import { parseQuery, type CallIndex } from '../model/search.ts';
import type { Workspace } from '../model/workspace.ts';
import { CallDetail } from './call-detail.tsx';
import type { View } from './link.ts';
import { VirtualList } from './virtual-list.tsx';

interface CallsPanelProps {
  readonly workspace: Workspace;
  readonly index: CallIndex;
  readonly marks: ReadonlyMap<string, readonly string[]>;
  readonly view: View;
  readonly go: (change: Partial<View>) => void;
}

const QUICK: readonly (readonly [label: string, query: string])[] = [
  ['All', ''],
  ['Failures', '-outcome:served'],
  ['Denied', 'outcome:denied'],
  ['Tampered', 'is:tampered'],
  ['Withheld', 'is:withheld'],
  ['Missing', 'is:missing'],
];

export function CallsPanel({ workspace, index, marks, view, go }: CallsPanelProps): JSX.Element {
  const { query, call } = view;
  const found = useMemo(() => index.find(parseQuery(query), marks), [index, query, marks]);
  const selected = useMemo(() => found.findIndex(({ id }) => id === call), [found, call]);
  const row = call === undefined ? undefined : workspace.call(call);
  return (
    <div class="split">
      <section class="side" aria-label="calls">
        <input
          id="search"
          type="search"
          aria-label="search calls"
          placeholder='words, "a phrase", get_*, peer:carol, outcome:denied, -word'
          value={query}
          onInput={({ currentTarget }) => go({ query: currentTarget.value })}
        />
        <div class="bar" role="group" aria-label="filters">
          {QUICK.map(([label, wanted]) => (
            <button key={label} aria-pressed={query === wanted} onClick={() => go({ query: wanted })}>
              {label}
            </button>
          ))}
        </div>
        <p class="hint" role="status">
          {found.length} of {workspace.calls.length} calls
        </p>
        <VirtualList
          label="calls"
          count={found.length}
          selected={selected}
          onSelect={i => go({ call: found[i]?.id ?? '' })}
          render={i => {
            const { id, call: one } = found[i] as (typeof found)[number];
            const mark = marks.get(id);
            return (
              <>
                <span class={`dot ${one.outcome}`} title={one.outcome} />
                <span class="num">{one.call}</span>
                <span class="peer">{printable(workspace.nameOf(one.peerId))}</span>
                <span class="what">
                  {printable(`${one.service}.${one.function}`)}
                  <span class="args">
                    {printable(shorten(one.arguments.map(text => text ?? '…').join(', '), 80))}
                  </span>
                </span>
                <span class="outcome">{one.outcome}</span>
                {mark !== undefined && <span class="mark">{mark[0]}</span>}
              </>
            );
          }}
        />
      </section>
      <div class="detail">
        {row === undefined ? (
          <p class="hint">
            Choose a call: who called what, why it was decided so, and where each value came from.
          </p>
        ) : (
          <CallDetail
            workspace={workspace}
            row={row}
            marks={marks.get(row.id) ?? []}
            onCall={id => go({ call: id, tab: 'calls' })}
          />
        )}
      </div>
    </div>
  );
}
