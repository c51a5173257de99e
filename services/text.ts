import { printable, shorten } from '../base/printable.ts';
import { FAILURE_TEXT_MAX, QUOTED_MAX, STACK_MAX } from './limits.ts';

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

/**
 * What a thrown value says: its message, or else the value as text. Never throws itself, whatever was thrown.
 *
 * @example catch (thrown) { logger.warn('it failed', { message: messageOf(thrown) }); }
 */
export function messageOf(thrown: unknown): string {
  try {
    const { message, name } = Object(thrown) as { message?: unknown; name?: unknown };
    if (typeof message === 'string' && message !== '') return message;
    return thrown instanceof Error && typeof name === 'string' ? name : String(thrown);
  } catch {
    return 'a value that cannot be shown was thrown';
  }
}

/** Where an error was thrown, for this peer's log only: it reveals files and libraries. Never throws. */
export function stackOf(thrown: unknown): string | undefined {
  try {
    const { stack } = Object(thrown) as { stack?: unknown };
    return typeof stack === 'string' ? shorten(stack, STACK_MAX) : undefined;
  } catch {
    return undefined;
  }
}
