import type { JsonValue } from '../interpreter/index.ts';
import { AquaError } from './errors.ts';
import { typeText, type AquaType } from './types.ts';

/** The least and the greatest value of each integer type. 64-bit ones end where JavaScript's integers do. */
const INTEGERS: Readonly<Record<string, readonly [number, number]>> = {
  u8: [0, 0xff],
  u16: [0, 0xffff],
  u32: [0, 0xffff_ffff],
  u64: [0, Number.MAX_SAFE_INTEGER],
  i8: [-0x80, 0x7f],
  i16: [-0x8000, 0x7fff],
  i32: [-0x8000_0000, 0x7fff_ffff],
  i64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

/**
 * A value as the script expects it: an option is a list of at most one item; here it may also be the item itself, `null`, or left out.
 *
 * @param path Of the value, in messages.
 * @throws {AquaError} `ERR_AQUA_ARGUMENT` if the value is not of the type.
 */
export function toScript(value: unknown, type: AquaType, path: string): JsonValue {
  switch (type.kind) {
    case 'scalar':
      return scalarOf(value, type.name, path);
    case 'array':
    case 'stream':
      if (!Array.isArray(value)) throw mismatch(value, type, path);
      return value.map((item: unknown, i) => toScript(item, type.of, `${path}[${i}]`));
    case 'option': {
      if (value === undefined || value === null) return [];
      const items: readonly unknown[] = Array.isArray(value) && type.of.kind !== 'array' ? value : [value];
      if (items.length > 1) throw mismatch(value, type, path);
      return items.map(item => toScript(item, type.of, path));
    }
    case 'struct':
      return structOf(value, type, path);
    case 'nothing':
      return null;
    case 'anything':
      return value as JsonValue;
    case 'arrow':
      throw mismatch(value, type, path);
  }
}

/** A value of a script for a program: an option is the item, or `null`. */
export function fromScript(value: JsonValue, type: AquaType): JsonValue {
  switch (type.kind) {
    case 'option':
      return Array.isArray(value)
        ? value.length === 0
          ? null
          : fromScript(value[0] as JsonValue, type.of)
        : value;
    case 'array':
    case 'stream':
      return Array.isArray(value) ? value.map(item => fromScript(item, type.of)) : value;
    case 'struct': {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
      const entries = Object.entries(value).map(([name, field]) => {
        const fieldType = Object.hasOwn(type.fields, name) ? type.fields[name] : undefined;
        return [name, fieldType === undefined ? field : fromScript(field, fieldType)] as const;
      });
      return Object.fromEntries(entries);
    }
    default:
      return value;
  }
}

function scalarOf(value: unknown, name: string, path: string): JsonValue {
  const type = { kind: 'scalar', name } as const;
  const range = INTEGERS[name];
  if (range !== undefined) {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < range[0] || value > range[1])
      throw mismatch(value, type, path);
    return value;
  }
  const wanted =
    name === 'bool' ? 'boolean' : name === 'string' ? 'string' : name.startsWith('f') ? 'number' : '';
  if (wanted === '' || typeof value !== wanted || (wanted === 'number' && !Number.isFinite(value)))
    throw mismatch(value, type, path);
  return value as JsonValue;
}

function structOf(value: unknown, type: AquaType & { kind: 'struct' }, path: string): JsonValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw mismatch(value, type, path);
  const given = value as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(given).find(name => !Object.hasOwn(type.fields, name));
  if (unknown !== undefined)
    throw new AquaError('ERR_AQUA_ARGUMENT', `${path}: \`${type.name}\` has no field \`${unknown}\``, {
      path,
    });
  return Object.fromEntries(
    Object.entries(type.fields).map(([name, field]) => [
      name,
      toScript(Object.hasOwn(given, name) ? given[name] : undefined, field, `${path}.${name}`),
    ]),
  );
}

const mismatch = (value: unknown, type: AquaType, path: string): AquaError =>
  new AquaError('ERR_AQUA_ARGUMENT', `${path}: expected ${typeText(type)}, found ${shortText(value)}`, {
    path,
  });

const SHOWN_MAX = 60;

function shortText(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'function') return 'a function';
  let text: string;
  try {
    text = JSON.stringify(value) ?? typeof value;
  } catch {
    text = typeof value;
  }
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
}
