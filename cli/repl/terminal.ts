import { emitKeypressEvents, type Key } from 'node:readline';
import type { Output } from '../output.ts';
import { offerOf } from './completer.ts';
import { Editor } from './editor.ts';
import type { History } from './history.ts';
import { page } from './pager.ts';
import type { Prompt } from './prompt.ts';
import { Screen } from './screen.ts';
import type { Shown } from './shown.ts';

/** Pasted text comes between marks, so that its line ends do not submit it. */
const PASTE_ON = '\u001b[?2004h';
const PASTE_OFF = '\u001b[?2004l';
/** Keys typed while a script runs. */
const AHEAD_MAX = 10_000;

interface Pressed {
  readonly text: string | undefined;
  readonly key: Key;
}

/** The terminal that the process was started at. */
export interface Tty {
  readonly input: NodeJS.ReadStream;
  readonly drawn: NodeJS.WriteStream;
}

/** Whether there is a terminal that can move its cursor. */
export const isTerminal = ({ input, drawn }: Tty, env: NodeJS.ProcessEnv = process.env): boolean =>
  input.isTTY === true && drawn.isTTY === true && env['TERM'] !== 'dumb';

/** Reads keys and draws what is typed, until the user leaves. */
export class Terminal {
  readonly #tty: Tty;
  readonly #output: Output;
  readonly #history: History;
  readonly #editor = new Editor();
  readonly #screen: Screen;
  readonly #ahead: Pressed[] = [];
  #prompt: Prompt | undefined;
  #isBusy = false;
  #isPasting = false;
  #leave: () => void = () => undefined;

  constructor(tty: Tty, output: Output, history: History, env: NodeJS.ProcessEnv = process.env) {
    this.#tty = tty;
    this.#output = output;
    this.#history = history;
    const { drawn } = tty;
    const canvas = {
      get columns() {
        return drawn.columns;
      },
      write: (text: string) => void drawn.write(text),
    };
    this.#screen = new Screen(canvas, (env['NO_COLOR'] ?? '') === '');
  }

  /** Shows a result below what was typed. */
  show({ text, isLong }: Shown): void {
    const rows = this.#tty.drawn.rows;
    if (isLong === true && text.split('\n').length >= rows && this.#paged(text)) return;
    this.#output.list(text);
  }

  /** Resolves when the user leaves. */
  async run(prompt: Prompt): Promise<void> {
    this.#prompt = prompt;
    const { input, drawn } = this.#tty;
    emitKeypressEvents(input);
    const pressed = (text: string | undefined, key: Key): void => this.#pressed({ text, key });
    const resized = (): void => this.#screen.draw(this.#editor);
    input.on('keypress', pressed);
    drawn.on('resize', resized);
    this.#raw(true);
    input.resume();
    this.#screen.draw(this.#editor);
    const over = new Promise<void>(resolve => (this.#leave = resolve));
    // A terminal that is gone ends; so does Ctrl-D that was typed while a pager had the terminal.
    input.once('end', this.#leave);
    await over;
    this.#raw(false);
    input.off('keypress', pressed);
    drawn.off('resize', resized);
    input.pause();
  }

  #raw(isRaw: boolean): void {
    this.#tty.input.setRawMode(isRaw);
    this.#tty.drawn.write(isRaw ? PASTE_ON : PASTE_OFF);
  }

  #paged(text: string): boolean {
    this.#raw(false);
    try {
      return page(text);
    } finally {
      this.#raw(true);
    }
  }

  #pressed(pressed: Pressed): void {
    if (this.#isBusy) {
      const isInterrupt = pressed.key.ctrl === true && pressed.key.name === 'c';
      if (isInterrupt) this.#prompt?.interrupt();
      else if (this.#ahead.length < AHEAD_MAX) this.#ahead.push(pressed);
      return;
    }
    this.#act(pressed);
  }

  #act({ text, key }: Pressed): void {
    if (key.name === 'paste-start') this.#isPasting = true;
    else if (key.name === 'paste-end') this.#isPasting = false;
    else if (this.#isPasting) {
      const isEnd = key.name === 'return' || key.name === 'enter';
      this.#editor.insert(isEnd ? '\n' : (text ?? key.sequence ?? ''));
      return;
    } else this.#edit(text, key);
    if (!this.#isBusy) this.#screen.draw(this.#editor);
  }

  #edit(text: string | undefined, key: Key): void {
    const name = `${key.ctrl === true ? 'ctrl-' : ''}${key.meta === true ? 'alt-' : ''}${key.name ?? ''}`;
    const act = this.#keys[name];
    if (act !== undefined) act();
    else if (text !== undefined && key.ctrl !== true && key.meta !== true) this.#editor.insert(text);
  }

  /** By name; every other key inserts its character. */
  readonly #keys: Readonly<Record<string, () => void>> = {
    return: () => this.#enter(),
    enter: () => this.#enter(),
    'alt-return': () => this.#editor.insert('\n'),
    'alt-enter': () => this.#editor.insert('\n'),
    tab: () => this.#complete(),
    escape: () => undefined,
    left: () => this.#editor.left(),
    'ctrl-b': () => this.#editor.left(),
    right: () => this.#editor.right(),
    'ctrl-f': () => this.#editor.right(),
    'ctrl-left': () => this.#editor.wordLeft(),
    'alt-b': () => this.#editor.wordLeft(),
    'ctrl-right': () => this.#editor.wordRight(),
    'alt-f': () => this.#editor.wordRight(),
    home: () => this.#editor.lineStart(),
    'ctrl-a': () => this.#editor.lineStart(),
    end: () => this.#editor.lineEnd(),
    'ctrl-e': () => this.#editor.lineEnd(),
    up: () => this.#up(),
    'ctrl-p': () => this.#up(),
    down: () => this.#down(),
    'ctrl-n': () => this.#down(),
    backspace: () => this.#editor.deleteLeft(),
    'ctrl-h': () => this.#editor.deleteLeft(),
    delete: () => this.#editor.deleteRight(),
    'ctrl-w': () => this.#editor.cutWordLeft(),
    'alt-backspace': () => this.#editor.cutWordLeft(),
    'ctrl-u': () => this.#editor.cutToLineStart(),
    'ctrl-k': () => this.#editor.cutToLineEnd(),
    'ctrl-y': () => this.#editor.paste(),
    'ctrl-l': () => this.#screen.clear(),
    'ctrl-c': () => this.#clear(),
    'ctrl-d': () => this.#end(),
  };

  #up(): void {
    if (this.#editor.up()) return;
    const older = this.#history.older(this.#editor.text);
    if (older !== undefined) this.#editor.set(older);
  }

  #down(): void {
    if (this.#editor.down()) return;
    const newer = this.#history.newer();
    if (newer !== undefined) this.#editor.set(newer);
  }

  #clear(): void {
    this.#screen.leave(this.#editor);
    this.#editor.set('');
  }

  #end(): void {
    if (this.#editor.text === '') this.#quit();
    else this.#editor.deleteRight();
  }

  #quit(): void {
    this.#isBusy = true;
    this.#screen.leave(this.#editor);
    this.#leave();
  }

  #complete(): void {
    const prompt = this.#prompt as Prompt;
    const { words, typed, goOn } = offerOf(prompt.state, prompt.commands, this.#editor.before);
    const common = commonStart(words);
    if (common.length > typed.length) {
      // A name that is whole is followed by a blank, but a folder, a getter, or a variable goes on.
      const isOver =
        words.length === 1 && !goOn.has(common) && /[\w%-]$/u.test(common) && !this.#isInString();
      this.#editor.complete(typed, isOver && this.#editor.behind === '' ? `${common} ` : common);
    } else if (words.length > 1) {
      const { at } = this.#editor;
      this.#screen.leave(this.#editor);
      this.#editor.at = at;
      this.#output.list(words.join('  '));
    }
  }

  #isInString(): boolean {
    return this.#editor.before.split('"').length % 2 === 0;
  }

  #enter(): void {
    const { text } = this.#editor;
    let isWhole = true;
    try {
      isWhole = text.trim() === '' || (this.#prompt as Prompt).isWhole(text);
    } catch {
      // A text that is too long is refused when it is run.
    }
    if (!isWhole) {
      this.#editor.insert('\n');
      return;
    }
    this.#isBusy = true;
    this.#screen.leave(this.#editor);
    this.#editor.set('');
    this.#history.add(text);
    void this.#submit(text);
  }

  async #submit(text: string): Promise<void> {
    const goesOn = await (this.#prompt as Prompt).takeAll(text);
    if (!goesOn) {
      this.#leave();
      return;
    }
    this.#isBusy = false;
    this.#screen.draw(this.#editor);
    for (let next = this.#ahead.shift(); next !== undefined && !this.#isBusy; next = this.#ahead.shift()) {
      this.#act(next);
      if (this.#isBusy) return;
    }
  }
}

function commonStart(words: readonly string[]): string {
  const [first = '', ...rest] = words;
  let length = first.length;
  for (const word of rest) while (!word.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
}
