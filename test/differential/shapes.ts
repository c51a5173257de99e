/** What a value looks like, so that lenses find something in it. `one` is the number 1 and `key` the text "a": accessors. */
export type Shape =
  | 'string'
  | 'who'
  | 'key'
  | 'one'
  | 'number'
  | 'error'
  | 'any'
  | { readonly fields: Readonly<Record<string, Shape>> }
  | { readonly items: readonly Shape[] };

/** What the services of the generated programs answer; see services.ts. */
const OBJECT: Shape = {
  fields: {
    a: { fields: { b: { items: ['number', { fields: { c: 'number' } }] }, w: 'who' } },
    k: 'key',
    n: 'one',
    list: { items: ['string', 'string'] },
    e: 'error',
    who: 'who',
  },
};
export const ANSWERS: Readonly<Record<string, Shape>> = {
  string: 'string',
  number: 'one',
  object: OBJECT,
  array: { items: ['one', 'number', 'number'] },
  objects: { items: [OBJECT, OBJECT] },
  peers: { items: ['who', 'who'] },
  who: 'who',
  numbers: { items: ['number', 'number', 'number', 'number', 'number', 'number'] },
  words: { fields: { 'ключ-1': 'string', éa: 'who', z: { items: ['string', 'key'] } } },
};
/** The error registers. */
export const ERROR: Shape = {
  fields: { error_code: 'number', message: 'string', instruction: 'string', peer_id: 'string' },
};

export interface Path {
  /** Field names and indexes. */
  readonly steps: readonly (string | number)[];
  readonly shape: Shape;
}

/** All parts of a value but itself. */
export function partsOf(shape: Shape): Path[] {
  if (typeof shape === 'string') return [];
  const parts: [string | number, Shape][] =
    'items' in shape ? [...shape.items.entries()] : Object.entries(shape.fields);
  return parts.flatMap(([step, part]) => [
    { steps: [step], shape: part },
    ...partsOf(part).map(({ steps, shape: inner }) => ({ steps: [step, ...steps], shape: inner })),
  ]);
}

export const isArray = (shape: Shape): boolean => typeof shape === 'object' && 'items' in shape;
export const isText = (shape: Shape): boolean => shape === 'string' || shape === 'who' || shape === 'key';
