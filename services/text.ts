import { printable, shorten } from '../base/printable.ts';
import { FAILURE_TEXT_MAX, QUOTED_MAX } from './limits.ts';

/**
 * Text of a stranger, made safe to show: one line, bounded, well-formed. A service named `x\n  found (you, …)` must not be
 * able to write lines of a denial, nor a right-to-left mark to turn one around.
 */
export function oneLine(text: string, max: number = QUOTED_MAX): string {
  return printable(shorten(text, max));
}

/** A failure text as it goes back to the script: bounded, and UTF-8 can hold it. */
export function failureText(text: string): string {
  return shorten(text, FAILURE_TEXT_MAX).replace(/\p{Cs}/gu, '\uFFFD');
}

/** What a thrown value says. Never throws itself, whatever was thrown. */
export function messageOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return thrown.message === '' ? thrown.name : String(thrown.message);
    return String(thrown);
  } catch {
    return 'a value that cannot be shown was thrown';
  }
}
