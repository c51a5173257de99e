import { appendFileSync, chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { BerylError } from '../../base/error.ts';
import { readText } from '../files.ts';

const ENTRIES_MAX = 1000;
/** UTF-16 units; longer inputs are not kept. */
const ENTRY_MAX = 64 * 1024;
const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/** Where the inputs of earlier sessions are: in the folder that the system has for such state. */
export const historyPath = (env: NodeJS.ProcessEnv = process.env): string =>
  join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'beryl', 'repl-history');

/**
 * The inputs of this and of earlier sessions, each a JSON string on a line of a file that only its owner may read. An input that
 * begins with a blank is not kept. Where the file cannot be read or written, the history ends with the session.
 */
export class History {
  readonly #entries: string[];
  readonly #path: string;
  /** Which entry is shown; the number of entries: none. */
  #at: number;
  /** What was typed before an entry was shown. */
  #draft = '';

  constructor(path: string) {
    this.#path = path;
    const all = readEntries(path);
    this.#entries = all.slice(-ENTRIES_MAX);
    this.#at = this.#entries.length;
    if (all.length > ENTRIES_MAX) this.#rewrite();
  }

  get entries(): readonly string[] {
    return this.#entries;
  }

  add(input: string): void {
    if (
      input.trim() !== '' &&
      !/^\s/u.test(input) &&
      input.length <= ENTRY_MAX &&
      input !== this.#entries.at(-1)
    ) {
      this.#entries.push(input);
      if (this.#entries.length > ENTRIES_MAX) this.#entries.shift();
      this.#write(() => appendFileSync(this.#path, `${JSON.stringify(input)}\n`, { mode: OWNER_ONLY }));
    }
    this.#at = this.#entries.length;
  }

  /** The entry before, or nothing at the first one. @param typed What is there now. */
  older(typed: string): string | undefined {
    if (this.#at === 0) return undefined;
    if (this.#at === this.#entries.length) this.#draft = typed;
    this.#at -= 1;
    return this.#entries[this.#at];
  }

  /** The entry behind, and at the end what was typed. */
  newer(): string | undefined {
    if (this.#at === this.#entries.length) return undefined;
    this.#at += 1;
    return this.#at === this.#entries.length ? this.#draft : this.#entries[this.#at];
  }

  #rewrite(): void {
    const text = this.#entries.map(entry => `${JSON.stringify(entry)}\n`).join('');
    this.#write(() => writeFileSync(this.#path, text, { mode: OWNER_ONLY }));
  }

  #write(act: () => void): void {
    try {
      mkdirSync(dirname(this.#path), { recursive: true, mode: OWNER_ONLY_FOLDER });
      // A file that is there keeps its mode when it is opened.
      if (existsSync(this.#path)) chmodSync(this.#path, OWNER_ONLY);
      act();
    } catch {
      // A home that is read only: the session goes on without a file.
    }
  }
}

function readEntries(path: string): string[] {
  if (!existsSync(path)) return [];
  try {
    return readText(path, 'network').split('\n').flatMap(readEntry);
  } catch (failure) {
    if (failure instanceof BerylError) return [];
    throw failure;
  }
}

/** Lines that something else has written are left out. */
function readEntry(line: string): string[] {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'string' && entry.length <= ENTRY_MAX ? [entry] : [];
  } catch {
    return [];
  }
}
