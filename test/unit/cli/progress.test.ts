import { describe, expect, it, vi } from 'vitest';
import { clearProgress, progressOf } from '../../../cli/progress.ts';

/** A stream that keeps what is written. */
function stream(isTTY: boolean): { written: string; stream: NodeJS.WriteStream } {
  const kept = { written: '', stream: undefined as unknown as NodeJS.WriteStream };
  kept.stream = {
    isTTY,
    write: (text: string) => void (kept.written += text),
  } as unknown as NodeJS.WriteStream;
  return kept;
}

describe('progress', () => {
  it('stands on one line of a terminal, not more often than five times a second, and gives way to text', () => {
    vi.useFakeTimers({ now: 0 });
    const at = stream(true);
    const progress = progressOf('scripts read', at.stream);
    progress.show(1, 9);
    expect(at.written).toBe('');
    vi.setSystemTime(300);
    progress.show(2, 9);
    progress.show(3, 9);
    expect(at.written).toBe('\r2 of 9 scripts read');
    clearProgress();
    clearProgress();
    expect(at.written).toBe('\r2 of 9 scripts read\r\u001b[K');
    progress.end();
    vi.useRealTimers();
  });

  it('says nothing to a file or a pipe', () => {
    vi.useFakeTimers({ now: 0 });
    const at = stream(false);
    const progress = progressOf('scripts read', at.stream);
    vi.setSystemTime(1000);
    progress.show(1, 2);
    progress.end();
    expect(at.written).toBe('');
    vi.useRealTimers();
  });
});
