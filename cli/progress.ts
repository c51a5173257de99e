/** Says on a terminal how far long work is; says nothing to a file or a pipe. */
export interface Progress {
  readonly show: (done: number, all: number) => void;
  end(): void;
}

const EVERY_MS = 200;
const CLEAR_LINE = '\r\u001b[K';

/** The terminal on whose last line progress stands. */
let shownOn: NodeJS.WriteStream | undefined;

export function progressOf(what: string, stream: NodeJS.WriteStream = process.stderr): Progress {
  let last = Date.now();
  return {
    show(done, all) {
      if (!stream.isTTY || Date.now() - last < EVERY_MS) return;
      last = Date.now();
      shownOn = stream;
      stream.write(`\r${done} of ${all} ${what}`);
    },
    end: clearProgress,
  };
}

/** Takes the line away: other text follows. */
export function clearProgress(): void {
  shownOn?.write(CLEAR_LINE);
  shownOn = undefined;
}
