import { ExitCode } from '../errors.ts';

/** What an input gives: text to show, and how it ended. */
export interface Shown {
  /** Printable; lines end with line feeds. */
  readonly text: string;
  readonly exitCode: ExitCode;
  /** Longer than a screen may be: a terminal shows it in a pager. */
  readonly isLong?: boolean;
}

export const shown = (text: string): Shown => ({ text, exitCode: ExitCode.ok });
export const NOTHING: Shown = shown('');
