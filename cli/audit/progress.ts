/** Says on a terminal how far long work is; says nothing to a file or a pipe. */
export interface Progress {
  readonly show: (done: number, all: number) => void;
  end(): void;
}

const EVERY_MS = 200;

export function progressOf(what: string, stream: NodeJS.WriteStream = process.stderr): Progress {
  let last = Date.now();
  let isShown = false;
  return {
    show(done, all) {
      if (!stream.isTTY || Date.now() - last < EVERY_MS) return;
      last = Date.now();
      isShown = true;
      stream.write(`\r${done} of ${all} ${what}`);
    },
    end() {
      if (isShown) stream.write('\r\u001b[K');
    },
  };
}
