import { useCallback, useEffect, useState } from 'preact/hooks';
import { formatLink, parseLink, type View } from './link.ts';

/** What the page shows: it stands in the address, so that a link leads there. */
export function useView(): readonly [view: View, go: (change: Partial<View>) => void] {
  const [view, setView] = useState<View>(() => parseLink(location.hash));
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
  return [view, go];
}
