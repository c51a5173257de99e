import { canonicalJson, Float } from '../interpreter/index.ts';

/** JSON that is already text: it stands in the document as it is. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * A value as JSON text over several lines, without loss: integers of 64 bits with all their digits, which JSON allows. Members that
 * are `undefined` are left out.
 */
export const jsonText = (value: unknown): string => write(value, { line: '\n', step: '  ', colon: ': ' });

/** The same on one line. */
export const jsonLine = (value: unknown): string => write(value, { line: '', step: '', colon: ':' });

interface Layout {
  /** Begins a line, with the indent of what surrounds it. */
  readonly line: string;
  readonly step: string;
  readonly colon: string;
}

function write(value: unknown, layout: Layout): string {
  if (value instanceof JsonText) return value.text;
  if (value instanceof Float) return canonicalJson(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const inner = { ...layout, line: layout.line + layout.step };
  const items = Array.isArray(value)
    ? value.map(item => inner.line + write(item, inner))
    : Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([key, member]) => inner.line + JSON.stringify(key) + layout.colon + write(member, inner));
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return items.length === 0 ? `${open}${close}` : `${open}${items.join(',')}${layout.line}${close}`;
}
