import { useCallback, useEffect } from 'preact/hooks';
import type { Workspace } from '../model/workspace.ts';
import { TABS, type View } from './link.ts';

/** Keys of the page; what is typed into a field stays there. */
export function useKeys(
  workspace: Workspace,
  call: string | undefined,
  go: (change: Partial<View>) => void,
): void {
  const move = useCallback(
    (by: number): void => {
      const row = call === undefined ? undefined : workspace.call(call);
      const calls = row && workspace.particleOfCall(row)?.calls;
      const next = calls?.[calls.findIndex(({ id }) => id === row?.id) + by];
      if (next !== undefined) go({ call: next.id });
    },
    [call, workspace, go],
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
}
