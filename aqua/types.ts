/** The type of a value, as plain data. */
export type AquaType =
  | { readonly kind: 'scalar'; readonly name: string }
  | { readonly kind: 'array' | 'option' | 'stream'; readonly of: AquaType }
  | { readonly kind: 'struct'; readonly name: string; readonly fields: Readonly<Record<string, AquaType>> }
  | {
      readonly kind: 'arrow';
      readonly arguments: readonly AquaArgument[];
      readonly results: readonly AquaType[];
    }
  /** No value, or one of any type. */
  | { readonly kind: 'nothing' | 'anything' };

/** An argument of a function, or of a callback. */
export interface AquaArgument {
  /** Arguments of callbacks may have no name: then their place, from 0. */
  readonly name: string;
  readonly type: AquaType;
}

/** The compiler's own objects: fields of its types, as they can be read. */
interface Tagged {
  readonly tag: string;
  readonly name?: string;
  readonly type?: Tagged;
  readonly fields?: Readonly<Record<string, Tagged>>;
  readonly items?: readonly Tagged[];
  readonly domain?: Tagged;
  readonly codomain?: Tagged;
}

/** Of the compiler's object for a type. Types of later versions count as `anything`. */
function typeOf(found: unknown): AquaType {
  const type = found as Tagged;
  switch (type.tag) {
    case 'scalar':
      return { kind: 'scalar', name: type.name as string };
    case 'array':
    case 'option':
    case 'stream':
      return { kind: type.tag, of: typeOf(type.type) };
    case 'struct':
      return {
        kind: 'struct',
        name: type.name as string,
        fields: Object.fromEntries(
          Object.entries(type.fields ?? {}).map(([name, field]) => [name, typeOf(field)]),
        ),
      };
    case 'arrow':
      return { kind: 'arrow', arguments: argumentsOf(type.domain), results: resultsOf(type.codomain) };
    case 'nil':
    case 'bottomType':
      return { kind: 'nothing' };
    default:
      return { kind: 'anything' };
  }
}

export function argumentsOf(found: unknown): AquaArgument[] {
  const { fields, items = [] } = (found ?? {}) as Partial<Tagged>;
  if (fields !== undefined)
    return Object.entries(fields).map(([name, field]) => ({ name, type: typeOf(field) }));
  return items.map((item, i) => ({ name: String(i), type: typeOf(item) }));
}

export const resultsOf = (found: unknown): AquaType[] => argumentsOf(found).map(({ type }) => type);

/** As Aqua spells it. */
export function typeText(type: AquaType): string {
  switch (type.kind) {
    case 'scalar':
      return type.name;
    case 'array':
      return `[]${typeText(type.of)}`;
    case 'option':
      return `?${typeText(type.of)}`;
    case 'stream':
      return `*${typeText(type.of)}`;
    case 'struct':
      return type.name;
    case 'arrow': {
      const results = type.results.map(typeText).join(', ');
      return `${type.arguments.map(argument => typeText(argument.type)).join(', ')} -> ${results === '' ? '()' : results}`;
    }
    case 'nothing':
      return '()';
    case 'anything':
      return 'any value';
  }
}
