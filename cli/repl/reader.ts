import { CliError } from '../errors.ts';
import { FILE_BYTES_MAX } from '../files.ts';

/** Collects lines until they make a script whose parentheses are closed. Strings and comments do not count. */
export class ScriptReader {
  #lines: string[] = [];
  #size = 0;
  #depth = 0;
  #inString = false;
  #hasText = false;

  /** Whether there is nothing but blanks and comments. */
  get isEmpty(): boolean {
    return !this.#hasText;
  }

  /** Whether the next line begins inside of a string. */
  get isInString(): boolean {
    return this.#inString;
  }

  /** Parentheses that are not closed yet. */
  get depth(): number {
    return this.#depth;
  }

  /** What was collected so far, each line with its end. */
  get text(): string {
    return this.#lines.map(line => `${line}\n`).join('');
  }

  /**
   * @returns The script, once it is complete.
   * @throws {CliError} If it is longer than a script may be; then the reader begins anew.
   */
  push(line: string): string | undefined {
    this.#lines.push(line);
    this.#size += line.length + 1;
    if (this.#size > FILE_BYTES_MAX.script) {
      this.take();
      throw new CliError('ERR_CLI_COMMAND', `the script is longer than ${FILE_BYTES_MAX.script} characters`);
    }
    this.#scan(line);
    if (this.isEmpty || this.#depth > 0 || this.#inString) return undefined;
    return this.take();
  }

  /** What was collected so far; begins anew. */
  take(): string {
    const text = this.#lines.join('\n').trimEnd();
    [this.#lines, this.#size, this.#depth] = [[], 0, 0];
    [this.#inString, this.#hasText] = [false, false];
    return text;
  }

  #scan(line: string): void {
    for (const character of line) {
      if (character === '"') this.#inString = !this.#inString;
      else if (this.#inString) continue;
      else if (character === ';') return;
      else if (character === '(') this.#depth += 1;
      else if (character === ')') this.#depth -= 1;
      this.#hasText ||= character.trim() !== '';
    }
  }
}
