import { readText, type FileKind } from '../files.ts';

/** How often a file is looked at, milliseconds. */
const LOOK_MS = 500;

/** A file that a running peer follows. */
export interface FollowedFile {
  /** Begins to look. What has changed since the file was first read counts. @returns Ends it. */
  follow(failed: (failure: unknown) => void): () => void;
}

/**
 * Gives the text of a file to `take`: now, and later whenever it has changed. What is compared is what is taken, so no change falls
 * between the two. A failure of `take` is reported once for each change; so is a file that cannot be read, and it is read again.
 *
 * @throws {CliError} `ERR_CLI_FILE` if the file cannot be read now. @throws What `take` throws now.
 */
export function takeFile(path: string, kind: FileKind, take: (text: string) => void): FollowedFile {
  let last: string | undefined = readText(path, kind);
  take(last);
  const look = (failed: (failure: unknown) => void): void => {
    let text: string;
    try {
      text = readText(path, kind);
    } catch (failure) {
      if (last !== undefined) failed(failure);
      last = undefined;
      return;
    }
    if (text === last) return;
    last = text;
    try {
      take(text);
    } catch (failure) {
      failed(failure);
    }
  };
  return {
    follow(failed) {
      const timer = setInterval(() => look(failed), LOOK_MS);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}
