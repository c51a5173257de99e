import { fromBase64 } from '../../base/bytes.ts';
import { openFile, type OpenedFile } from '../model/files.ts';

/** Files that `beryl view` has put into this page: elements that the browser does not run, each with a name and base64. */
export function embeddedFiles(): OpenedFile[] {
  const elements = document.querySelectorAll<HTMLScriptElement>('script[type="application/x-beryl"]');
  return [...elements].map(element => {
    const name = element.dataset['name'] ?? 'file';
    const bytes = fromBase64((element.textContent ?? '').trim());
    return bytes === undefined
      ? { name, kind: 'refused', reason: 'what stands in this page is not base64' }
      : openFile(name, bytes);
  });
}
