import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';

interface VirtualListProps {
  readonly label: string;
  readonly count: number;
  /** Of the chosen row; -1 for none. */
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  readonly render: (index: number) => JSX.Element;
}

const ROW = 28;
const MARGIN = 10;

/** A list of which only the rows in sight exist; arrow keys, Home, End and pages move the choice. */
export function VirtualList({ label, count, selected, onSelect, render }: VirtualListProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const element = box.current;
    if (element === null || selected < 0) return;
    const y = selected * ROW;
    if (y < element.scrollTop) element.scrollTop = y;
    else if (y + ROW > element.scrollTop + element.clientHeight)
      element.scrollTop = y + ROW - element.clientHeight;
  }, [selected, count]);
  const first = Math.max(0, Math.floor(top / ROW) - MARGIN);
  const last = Math.min(count, Math.ceil((top + height) / ROW) + MARGIN);
  const page = Math.max(1, Math.floor(height / ROW) - 1);
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: selected + 1,
    ArrowUp: selected - 1,
    PageDown: selected + page,
    PageUp: selected - page,
    Home: 0,
    End: count - 1,
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = moves[event.key];
    if (to === undefined || count === 0) return;
    event.preventDefault();
    onSelect(Math.min(count - 1, Math.max(0, to)));
  };
  return (
    <div
      ref={box}
      class="list"
      role="listbox"
      tabIndex={0}
      aria-label={label}
      aria-activedescendant={selected >= first && selected < last ? `row-${selected}` : undefined}
      onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      <div style={{ height: `${count * ROW}px`, position: 'relative' }}>
        {Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i).map(index => (
          <div
            key={index}
            id={`row-${index}`}
            role="option"
            aria-selected={index === selected}
            aria-setsize={count}
            aria-posinset={index + 1}
            class="row"
            style={{ top: `${index * ROW}px` }}
            onClick={() => onSelect(index)}
          >
            {render(index)}
          </div>
        ))}
      </div>
    </div>
  );
}
