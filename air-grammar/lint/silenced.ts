const COMMENT = /;+[ \t]*beryl-ignore(?:[ \t]+([a-z, \t-]+))?[ \t]*\r?$/gmu;

/** What comments silence. */
export class Silenced {
  readonly #text: string;
  /** By the offset at which the line of a comment begins: the codes, or nothing for all. */
  readonly #lines = new Map<number, readonly string[] | undefined>();

  constructor(text: string) {
    this.#text = text;
    for (const match of text.matchAll(COMMENT))
      this.#lines.set(
        this.#lineStart(match.index),
        match[1]?.split(/[, \t]+/u).filter(code => code !== ''),
      );
  }

  has(code: string, at: number): boolean {
    if (this.#lines.size === 0) return false;
    const line = this.#lineStart(at);
    return this.#silences(line, code) || (line > 0 && this.#silences(this.#lineStart(line - 1), code));
  }

  #silences(line: number, code: string): boolean {
    if (!this.#lines.has(line)) return false;
    const codes = this.#lines.get(line);
    return codes === undefined || codes.includes(code);
  }

  #lineStart(at: number): number {
    return at === 0 ? 0 : this.#text.lastIndexOf('\n', at - 1) + 1;
  }
}
