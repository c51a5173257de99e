/** Collects lines until they make a script whose parentheses are closed. Strings and comments do not count. */
export class ScriptReader {
  #text = '';
  #depth = 0;
  #inString = false;

  get isEmpty(): boolean {
    return this.#text.trim() === '';
  }

  /** @returns The script, once it is complete. */
  push(line: string): string | undefined {
    this.#text += `${line}\n`;
    this.#scan(line);
    if (this.isEmpty || this.#depth > 0 || this.#inString) return undefined;
    return this.take();
  }

  /** Whatever was collected so far; begins anew. */
  take(): string {
    const text = this.#text.trim();
    [this.#text, this.#depth, this.#inString] = ['', 0, false];
    return text;
  }

  #scan(line: string): void {
    for (const character of line) {
      if (character === '"') this.#inString = !this.#inString;
      else if (this.#inString) continue;
      else if (character === ';') return;
      else if (character === '(') this.#depth += 1;
      else if (character === ')') this.#depth -= 1;
    }
  }
}
