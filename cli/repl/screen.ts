import stringWidth from 'fast-string-width';
import { printable } from '../../base/printable.ts';
import type { Editor } from './editor.ts';
import { highlighted } from './highlight.ts';

/** Where the editor is drawn. */
export interface Canvas {
  readonly columns: number;
  write(text: string): void;
}

const FIRST = 'air> ';
const NEXT = '...> ';

/** Draws the text that is being typed, over as many rows as it takes. */
export class Screen {
  readonly #canvas: Canvas;
  readonly #hasColours: boolean;
  /** Rows from the first one to the cursor, as they were drawn last. */
  #cursorRow = 0;

  constructor(canvas: Canvas, hasColours: boolean) {
    this.#canvas = canvas;
    this.#hasColours = hasColours;
  }

  draw({ text, at, before }: Editor, hasCursor = true): void {
    const lines = highlighted(text, hasCursor ? at : -1, this.#hasColours);
    const plain = text.split('\n');
    const rows = plain.map((line, i) => this.#rowsOf(promptOf(i) + printable(line)));
    const cursorLine = before.split('\n').length - 1;
    const upToCursor = promptOf(cursorLine) + printable(before.slice(before.lastIndexOf('\n') + 1));
    const row = sum(rows.slice(0, cursorLine)) + this.#rowsOf(upToCursor) - 1;
    const column = stringWidth(upToCursor) % this.#columns;
    const drawn = lines.map(
      (line, i) => promptOf(i) + line + this.#filled(promptOf(i) + printable(plain[i] ?? '')),
    );
    const back = sum(rows) - 1 - row;
    this.#canvas.write(
      `${this.#home()}${drawn.join('\r\n')}${back > 0 ? `\u001b[${back}A` : ''}\r${column > 0 ? `\u001b[${column}C` : ''}`,
    );
    this.#cursorRow = row;
  }

  /** Leaves the text as it stands; what follows begins below. */
  leave(editor: Editor): void {
    editor.at = editor.text.length;
    this.draw(editor, false);
    this.#canvas.write('\r\n');
    this.#cursorRow = 0;
  }

  clear(): void {
    this.#canvas.write('\u001b[H\u001b[2J');
    this.#cursorRow = 0;
  }

  /** To the first row, with everything below cleared. */
  #home(): string {
    return `\r${this.#cursorRow > 0 ? `\u001b[${this.#cursorRow}A` : ''}\u001b[J`;
  }

  get #columns(): number {
    return Math.max(20, this.#canvas.columns);
  }

  #rowsOf(line: string): number {
    return Math.floor(stringWidth(line) / this.#columns) + 1;
  }

  /** A line that ends at the edge: a blank makes the terminal begin the next row, where the cursor may stand. */
  #filled(line: string): string {
    const width = stringWidth(line);
    return width > 0 && width % this.#columns === 0 ? ' ' : '';
  }
}

const promptOf = (line: number): string => (line === 0 ? FIRST : NEXT);
const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);
