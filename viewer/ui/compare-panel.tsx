import { useMemo } from 'preact/hooks';
import type { JSX } from 'preact';
import { diffOf, type CallDifference, type ParticleDifference } from '../../audit/index.ts';
import { printable, printableLines, shorten } from '../../base/printable.ts';
import type { Tetraplet } from '../../interpreter/index.ts';
import type { ParticleRow, Workspace } from '../model/workspace.ts';
import type { View } from './link.ts';
import { ParticlePicker } from './particle-picker.tsx';

interface ComparePanelProps {
  readonly workspace: Workspace;
  readonly view: View;
  readonly go: (change: Partial<View>) => void;
}

const SHOWN_MAX = 1000;
const LISTED_MAX = 500;

/** Two runs side by side: calls are matched by peer and place in the script; what is equal is only counted. */
export function ComparePanel({ workspace, view, go }: ComparePanelProps): JSX.Element {
  const { particles } = workspace;
  const left = workspace.particle(view.left ?? '') ?? particles[0];
  const right = workspace.particle(view.right ?? '') ?? particles[1] ?? particles[0];
  const found = useMemo(
    () => (left && right ? compare(workspace, left, right) : []),
    [workspace, left, right],
  );
  if (left === undefined || right === undefined) return <p class="hint">No particles were recorded.</p>;
  return (
    <section aria-label="compare" class="compare">
      <div class="bar">
        <ParticlePicker label="left" workspace={workspace} value={left.id} onPick={id => go({ left: id })} />
        <ParticlePicker
          label="right"
          workspace={workspace}
          value={right.id}
          onPick={id => go({ right: id })}
        />
      </div>
      {found.map(({ equalCalls, differences }, i) => (
        <div key={i}>
          <p role="status">
            {equalCalls} equal calls, {differences.length} that differ
          </p>
          <table>
            <thead>
              <tr>
                <th>call</th>
                <th>field</th>
                <th>left</th>
                <th>right</th>
              </tr>
            </thead>
            <tbody>{differences.slice(0, LISTED_MAX).flatMap(one => rowsOf(one))}</tbody>
          </table>
          {differences.length > LISTED_MAX && <p class="hint">and {differences.length - LISTED_MAX} more</p>}
        </div>
      ))}
    </section>
  );

  function shown(field: string, text: string): string {
    return shorten(
      field === 'origins' && text.startsWith('[') ? originsText(text, workspace) : text,
      SHOWN_MAX,
    );
  }

  function rowsOf({ peerId, name, site, left: mine, right: theirs, fields }: CallDifference): JSX.Element[] {
    const title = `${printable(workspace.nameOf(peerId))} ${printable(name)} at site ${printable(site)}`;
    const button = (side: ParticleRow | undefined, call: number | undefined): JSX.Element =>
      call === undefined || side === undefined ? (
        <span class="mark">missing</span>
      ) : (
        <button onClick={() => go({ tab: 'calls', call: `${side.recording}.${call}` })}>call {call}</button>
      );
    return [
      <tr key={`${peerId} ${site}`} class="head">
        <th colSpan={2}>{title}</th>
        <td>{button(left, mine)}</td>
        <td>{button(right, theirs)}</td>
      </tr>,
      ...fields.map(({ field, left: one, right: other }) => (
        <tr key={`${peerId} ${site} ${field}`}>
          <td />
          <td>{printable(field)}</td>
          <td class="left">{printableLines(shown(field, one))}</td>
          <td class="right">{printableLines(shown(field, other))}</td>
        </tr>
      )),
    ];
  }
}

/** Origins with names instead of ids. */
function originsText(text: string, workspace: Workspace): string {
  const origins = JSON.parse(text) as Tetraplet[][];
  const one = ({ peerId, serviceId, functionName, getter }: Tetraplet): string =>
    serviceId === ''
      ? `${workspace.nameOf(peerId)} script${getter}`
      : `${workspace.nameOf(peerId)} ${serviceId}.${functionName}${getter}`;
  return origins.map((some, i) => `${i + 1}. ${some.map(one).join(' + ')}`).join('\n');
}

function compare(workspace: Workspace, left: ParticleRow, right: ParticleRow): ParticleDifference[] {
  const side = ({ recording, signature }: ParticleRow): Parameters<typeof diffOf>[0] => ({
    open: (workspace.recordings[recording] as Workspace['recordings'][number]).open,
    particle: signature,
  });
  return diffOf(side(left), side(right));
}
