import { canonicalJson, Float, fromJsonValue } from '../interpreter/index.ts';

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
export function jsonText(value: unknown, indent = ''): string {
  if (value instanceof JsonText) return value.text;
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Float) return canonicalJson(fromJsonValue(value, 'value'));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const inner = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map(item => `${inner}${jsonText(item, inner)}`)
    : Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([key, member]) => `${inner}${JSON.stringify(key)}: ${jsonText(member, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return items.length === 0 ? `${open}${close}` : `${open}\n${items.join(',\n')}\n${indent}${close}`;
}

/** A value on one line, without loss. */
export const jsonLine = (value: unknown): string => canonicalJson(fromJsonValue(value, 'value'));
