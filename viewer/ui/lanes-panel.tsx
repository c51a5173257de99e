import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { printable, shorten } from '../../base/printable.ts';
import { lanesOf, type LaneEvent } from '../model/lanes.ts';
import type { Workspace } from '../model/workspace.ts';
import { timeText } from './call-detail.tsx';
import type { View } from './link.ts';
import { ParticlePicker } from './particle-picker.tsx';

interface LanesPanelProps {
  readonly workspace: Workspace;
  readonly marks: ReadonlyMap<string, readonly string[]>;
  readonly view: View;
  readonly go: (change: Partial<View>) => void;
}

const [STEP, LANE, LEFT] = [44, 74, 150];
const MARGIN = 600;

/** Peers as lanes, events from left to right in the order of time: runs, calls, and hops between peers. Only what is in sight is drawn. */
export function LanesPanel({ workspace, marks, view, go }: LanesPanelProps): JSX.Element {
  const chosen = view.particle === undefined ? undefined : workspace.particle(view.particle);
  const ofCall = view.call === undefined ? undefined : workspace.call(view.call);
  const particle = chosen ?? (ofCall && workspace.particleOfCall(ofCall)) ?? workspace.particles[0];
  const lanes = useMemo(() => particle && lanesOf(workspace, particle), [workspace, particle]);
  const box = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState({ left: 0, width: 1200 });
  const [focus, setFocus] = useState(0);
  useEffect(() => {
    const element = box.current;
    if (element !== null) setScroll({ left: element.scrollLeft, width: element.clientWidth });
  }, [particle]);
  if (particle === undefined || lanes === undefined) return <p class="hint">No particles were recorded.</p>;
  const { events } = lanes;
  const x = (place: number): number => LEFT + place * STEP + STEP / 2;
  const y = (lane: number): number => lane * LANE + LANE / 2 + 20;
  const isInSight = ({ place, to }: LaneEvent): boolean =>
    Math.max(x(place), x(to?.place ?? place)) > scroll.left - MARGIN &&
    Math.min(x(place), x(to?.from ?? place)) < scroll.left + scroll.width + MARGIN;
  const move = (by: number): void => {
    const next = Math.min(events.length - 1, Math.max(0, focus + by));
    setFocus(next);
    const element = box.current;
    if (element === null) return;
    const wanted = x(next);
    if (wanted < element.scrollLeft + LEFT || wanted > element.scrollLeft + element.clientWidth - STEP)
      element.scrollLeft = wanted - element.clientWidth / 2;
    setTimeout(() => element.querySelector<SVGGElement>(`[data-event="${next}"]`)?.focus(), 30);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1, PageDown: 20, PageUp: -20, Home: -Infinity, End: Infinity }[
      event.key
    ];
    if (by !== undefined) move(by);
    else if (event.key === 'Enter') open(events[focus]);
    else return;
    event.preventDefault();
  };
  const open = (event: LaneEvent | undefined): void => {
    if (event?.call !== undefined) go({ tab: 'calls', call: event.call.id });
  };
  const width = LEFT + events.length * STEP + 40;
  const current = events[focus];
  return (
    <section class="lanes" aria-label="lanes">
      <ParticlePicker
        label="particle"
        workspace={workspace}
        value={particle.id}
        onPick={id => go({ particle: id })}
      />
      <p class="hint" role="status">
        {events.length} events on {lanes.lanes.length} peers.{' '}
        {current && `${timeText(current.timeMs)}: ${printable(current.title)}`}
      </p>
      <div
        ref={box}
        class="canvas"
        onScroll={({ currentTarget }) =>
          setScroll({ left: currentTarget.scrollLeft, width: currentTarget.clientWidth })
        }
        onKeyDown={onKeyDown}
      >
        <svg width={width} height={lanes.lanes.length * LANE + 40} role="group" aria-label="events">
          {lanes.lanes.map(({ peerId, isMissing }, lane) => (
            <g key={peerId} class={isMissing ? 'lane missing' : 'lane'}>
              <line x1={LEFT} x2={width} y1={y(lane)} y2={y(lane)} />
              <text x={scroll.left + 8} y={y(lane) - 4}>
                {printable(shorten(workspace.nameOf(peerId), 18))}
              </text>
              {isMissing && (
                <text class="mark" x={scroll.left + 8} y={y(lane) + 12}>
                  no recording
                </text>
              )}
            </g>
          ))}
          {events.filter(isInSight).map(event => (
            <EventShape
              key={event.place}
              {...{ event, x, y }}
              isFocused={event.place === focus}
              isChosen={event.call !== undefined && event.call.id === view.call}
              mark={event.call && marks.get(event.call.id)?.[0]}
              onFocus={() => setFocus(event.place)}
              onOpen={() => open(event)}
            />
          ))}
        </svg>
      </div>
      <p class="hint">
        ○ run, ■ call, → hop, ✕ refused copy. Arrow keys go from event to event, Enter opens a call. Times are
        the recorder’s word.
      </p>
    </section>
  );
}

interface EventShapeProps {
  readonly event: LaneEvent;
  readonly x: (place: number) => number;
  readonly y: (lane: number) => number;
  readonly isFocused: boolean;
  readonly isChosen: boolean;
  readonly mark: string | undefined;
  readonly onFocus: () => void;
  readonly onOpen: () => void;
}

function EventShape({
  event,
  x,
  y,
  isFocused,
  isChosen,
  mark,
  onFocus,
  onOpen,
}: EventShapeProps): JSX.Element {
  const { kind, lane, place, title, to, call } = event;
  const [cx, cy] = [x(place), y(lane)];
  const [sx, tx, ty] = to === undefined ? [cx, cx, cy] : [x(to.from), x(to.place ?? place + 1), y(to.lane)];
  const outcome = call?.call.outcome ?? '';
  return (
    <g
      data-event={place}
      tabindex={isFocused ? 0 : -1}
      role="button"
      aria-label={printable(mark === undefined ? title : `${title}, ${mark}`)}
      class={`event ${kind} ${outcome} ${event.isWrong ? 'wrong' : ''} ${isChosen ? 'chosen' : ''}`}
      onFocus={onFocus}
      onClick={onOpen}
    >
      <title>{printable(title)}</title>
      {kind === 'run' && <circle cx={cx} cy={cy} r="7" />}
      {kind === 'refusal' && (
        <path
          class="cross"
          d={`M${cx - 7},${cy - 7} L${cx + 7},${cy + 7} M${cx + 7},${cy - 7} L${cx - 7},${cy + 7}`}
        />
      )}
      {kind === 'call' && (
        <>
          <rect x={cx - 9} y={cy - 9} width="18" height="18" rx="3" />
          <text x={cx} y={cy - 14} text-anchor="middle">
            {printable(shorten(call?.call.function ?? '', 9))}
          </text>
        </>
      )}
      {to !== undefined && (
        <>
          <circle class="sent" cx={cx} cy={cy} r="3" />
          <path d={`M${sx + 8},${cy} C${sx + 34},${cy} ${tx - 34},${ty} ${tx - 9},${ty}`} />
          <path class="head" d={`M${tx - 12},${ty - 4} L${tx - 5},${ty} L${tx - 12},${ty + 4} z`} />
        </>
      )}
      {mark !== undefined && (
        <text class="mark" x={cx} y={cy + 26} text-anchor="middle">
          ⚠
        </text>
      )}
    </g>
  );
}
