const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const WORD_BEFORE = /[\w$#%.-]+[^\w$#%.-]*$|[^\w$#%.-]+$/u;
const WORD_BEHIND = /^[^\w$#%.-]*[\w$#%.-]+|^[^\w$#%.-]+/u;

/** A text of several lines that is being typed, and its cursor. */
export class Editor {
  text = '';
  /** UTF-16 units before the cursor. */
  at = 0;
  /** What was cut last. */
  #cut = '';

  get before(): string {
    return this.text.slice(0, this.at);
  }

  get behind(): string {
    return this.text.slice(this.at);
  }

  /** Another text, with the cursor at its end. */
  set(text: string): void {
    this.text = text;
    this.at = text.length;
  }

  insert(text: string): void {
    this.#put(this.before + text, this.behind);
  }

  left(): void {
    this.at -= lastOf(this.before).length;
  }

  right(): void {
    this.at += firstOf(this.behind).length;
  }

  wordLeft(): void {
    this.at -= WORD_BEFORE.exec(this.before)?.[0].length ?? 0;
  }

  wordRight(): void {
    this.at += WORD_BEHIND.exec(this.behind)?.[0].length ?? 0;
  }

  lineStart(): void {
    this.at = this.#start;
  }

  lineEnd(): void {
    this.at += /^[^\n]*/u.exec(this.behind)?.[0].length ?? 0;
  }

  /** @returns Whether there is a line above. */
  up(): boolean {
    if (this.#start === 0) return false;
    const column = this.at - this.#start;
    const above = this.text.lastIndexOf('\n', this.#start - 2) + 1;
    this.at = Math.min(above + column, this.#start - 1);
    return true;
  }

  /** @returns Whether there is a line below. */
  down(): boolean {
    const end = this.text.indexOf('\n', this.at);
    if (end === -1) return false;
    const column = this.at - this.#start;
    const next = this.text.indexOf('\n', end + 1);
    this.at = Math.min(end + 1 + column, next === -1 ? this.text.length : next);
    return true;
  }

  deleteLeft(): void {
    this.#put(this.before.slice(0, this.at - lastOf(this.before).length), this.behind);
  }

  deleteRight(): void {
    this.#put(this.before, this.behind.slice(firstOf(this.behind).length));
  }

  cutWordLeft(): void {
    const end = this.at;
    this.wordLeft();
    this.#cutTo(this.at, end);
  }

  cutToLineStart(): void {
    this.#cutTo(this.#start, this.at);
  }

  /** To the end of the line; at the end, the line end. */
  cutToLineEnd(): void {
    const rest = /^[^\n]+|^\n?/u.exec(this.behind)?.[0].length ?? 0;
    this.#cutTo(this.at, this.at + rest);
  }

  paste(): void {
    this.insert(this.#cut);
  }

  /** Puts a longer word in the place of what was typed of it. */
  complete(typed: string, word: string): void {
    this.#put(this.before.slice(0, this.at - typed.length) + word, this.behind);
  }

  get #start(): number {
    return this.at === 0 ? 0 : this.text.lastIndexOf('\n', this.at - 1) + 1;
  }

  #cutTo(start: number, end: number): void {
    this.#cut = this.text.slice(start, end);
    this.#put(this.text.slice(0, start), this.text.slice(end));
  }

  #put(before: string, behind: string): void {
    this.text = before + behind;
    this.at = before.length;
  }
}

/** Longest character that people see as one, UTF-16 units: a text is not searched beyond. */
const CHARACTER_MAX = 64;

const lastOf = (text: string): string =>
  [...characters.segment(text.slice(-CHARACTER_MAX))].at(-1)?.segment ?? '';
const firstOf = (text: string): string =>
  characters.segment(text.slice(0, CHARACTER_MAX))[Symbol.iterator]().next().value?.segment ?? '';
