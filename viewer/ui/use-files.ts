import { useCallback, useState } from 'preact/hooks';
import { openFile, type OpenedFile } from '../model/files.ts';
import { embeddedFiles } from './embedded.ts';

/** How long the page waits before long work, so that the browser draws what the page is doing; milliseconds. */
const SHOW_MS = 20;

/** The files that are open, and what can be done with them. */
export interface Files {
  readonly files: readonly OpenedFile[];
  /** Who chose the trusted keys, if it was not the reader. */
  readonly keysFrom: string | undefined;
  /** Name of the file that is read now. */
  readonly opening: string | undefined;
  add(list: Iterable<File>): Promise<void>;
  /** Puts what the playground has recorded in the place of all files. */
  replace(recorded: readonly OpenedFile[]): void;
  close(): void;
}

const isTrust = ({ kind }: OpenedFile): boolean => kind === 'trust';

/** Begins with the files that the page carries. */
export function useFiles(): Files {
  const [files, setFiles] = useState<readonly OpenedFile[]>(embeddedFiles);
  const [keysFrom, setKeysFrom] = useState(() =>
    files.some(isTrust) ? 'the maker of this page' : undefined,
  );
  const [opening, setOpening] = useState<string | undefined>();
  const add = useCallback(async (list: Iterable<File>): Promise<void> => {
    const opened: OpenedFile[] = [];
    for (const file of list) {
      setOpening(file.name);
      const bytes = new Uint8Array(await file.arrayBuffer());
      // The page says what it does before a large file keeps it busy.
      await new Promise(resolve => void setTimeout(resolve, SHOW_MS));
      opened.push(openFile(file.name, bytes));
    }
    setOpening(undefined);
    if (opened.length === 0) return;
    const hasTrust = opened.some(isTrust);
    if (hasTrust) setKeysFrom(undefined);
    // Keys that the reader opens take the place of those that came with the page.
    setFiles(before => [...before.filter(file => !(hasTrust && isTrust(file))), ...opened]);
  }, []);
  return {
    files,
    keysFrom,
    opening,
    add,
    replace(recorded) {
      setKeysFrom('the playground');
      setFiles(recorded);
    },
    close: () => setFiles([]),
  };
}
