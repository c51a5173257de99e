/** Text for people goes to stderr, results for programs to stdout: `beryl run --json | jq` works whatever is said besides. */
export interface Output {
  say(text: string): void;
  result(text: string): void;
}

export const terminal: Output = {
  say: text => void process.stderr.write(`${text}\n`),
  result: text => void process.stdout.write(text),
};
