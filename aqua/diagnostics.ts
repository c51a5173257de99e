/** What the compiler says about a place of a source. */
export interface AquaDiagnostic {
  readonly severity: 'error' | 'warning';
  /** One line, or a few. */
  readonly message: string;
  /** As the compiler names it. */
  readonly file: string;
  /** From 1; 0 where the compiler names no place. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** The escape character stands in the text, as the linter refuses it in a pattern. */
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'gu');
const HEAD = /^---- (?<what>[^\n]*?): (?<file>[^\n]*):(?<line>\d+):(?<column>\d+)$/mu;
/** The quoted lines of the source begin with their number, and the marks below with blanks and `^`. */
const QUOTED = /^(?:\d+ .*|\s*\^[\^=]*\s*|\d+)$/u;

/** Reads a text of the compiler, which is made for a terminal. */
export function diagnosticOf(text: string, severity: AquaDiagnostic['severity']): AquaDiagnostic {
  const plain = text.replaceAll(COLOURS, '').replaceAll('\r', '');
  const head = HEAD.exec(plain)?.groups;
  if (head === undefined) return { severity, message: plain.trim(), file: '', line: 0, column: 0 };
  const rest = plain.slice(plain.indexOf('\n') + 1).split('\n');
  const message = rest
    .filter(line => line.trim() !== '' && !QUOTED.test(line))
    .map(line => line.trim())
    .join('\n');
  const { what = '', file = '', line, column } = head;
  return {
    severity,
    message: message === '' ? what : message,
    file,
    line: Number(line),
    column: Number(column),
  };
}

/** `post.aqua:3:8: error: …`. */
export const diagnosticText = ({ severity, message, file, line, column }: AquaDiagnostic): string =>
  `${line === 0 ? '' : `${file}:${line}:${column}: `}${severity}: ${message}`;
