/**
 * Checks of options and declarations at run time, for programs that no compiler has checked.
 *
 * A misspelt option must not fail open: `guardMode: 'Enforce'` or `managment: true` would otherwise mean the default. So an
 * unknown key and a value of the wrong kind are a `TypeError` that names the near miss.
 */

/** Says what a value must be, if it is not that; `undefined` for a value that fits. */
export type Check = ((value: unknown) => string | undefined) & { readonly isRequired?: boolean };

/** One check for every option of `T`: an option without a check does not compile. */
export type Shape<T> = { readonly [Name in keyof Required<T>]: Check };

/**
 * Checks an object of options. A property with the value `undefined` counts as left out.
 *
 * @param where Begins each message: the function, or the path of the declaration.
 * @param what  What a property is called in messages.
 * @throws {TypeError} For something that is not an object, an unknown property, a missing or a wrong value.
 * @example checkOptions('createPeer', options, { ttlMs: isPositive, guardMode: isOneOf('enforce', 'monitor') })
 */
export function checkOptions<T extends object>(
  where: string,
  options: T,
  shape: Shape<T>,
  what = 'option',
): void {
  const mistake = isPlain(options);
  if (mistake !== undefined) throw new TypeError(`${where}: ${what}s must be ${mistake}`);
  const names = Object.keys(shape);
  for (const name of Reflect.ownKeys(options)) {
    if (typeof name === 'symbol' || !Object.hasOwn(shape, name)) {
      throw new TypeError(
        `${where}: unknown ${what} ${quote(String(name))}${suggestion(String(name), names)}`,
      );
    }
  }
  for (const [name, check] of Object.entries<Check>(shape)) {
    const value = (options as Readonly<Record<string, unknown>>)[name];
    if (value === undefined && check.isRequired !== true) continue;
    if (value === undefined) throw new TypeError(`${where}: ${what} \`${name}\` is missing`);
    const must = check(value);
    if (must !== undefined) throw new TypeError(`${where}: ${what} \`${name}\` must be ${must}`);
  }
}

/** The same check, of an option that may not be left out. */
export const required = (check: Check): Check =>
  Object.assign((value: unknown) => check(value), { isRequired: true });

export const isAnything: Check = () => undefined;
export const isBoolean = typed('boolean', 'true or false');
export const isString = typed('string', 'a string');
export const isFunction = typed('function', 'a function');

/** The secret key of a peer, when no signer holds it. */
export const isSeed: Check = value =>
  value instanceof Uint8Array && value.length === 32
    ? undefined
    : `a seed of 32 bytes, found ${shown(value)}`;

/** An object that holds values: no function, no array. */
export const isPlain: Check = value =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? undefined
    : `an object, found ${shown(value)}`;

export const isPositive: Check = value =>
  typeof value === 'number' && value > 0 ? undefined : `a number above 0, found ${shown(value)}`;

export const isCount: Check = value =>
  value === Infinity || (Number.isSafeInteger(value) && (value as number) >= 0)
    ? undefined
    : `an integer of 0 or more, found ${shown(value)}`;

export const isIterable: Check = value =>
  typeof (value as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] === 'function' &&
  typeof value !== 'string'
    ? undefined
    : `a list, found ${shown(value)}`;

/** One of these texts, spelt exactly. */
export const isOneOf =
  (...allowed: readonly string[]): Check =>
  value =>
    typeof value === 'string' && allowed.includes(value)
      ? undefined
      : `${allowed.map(quote).join(' or ')}, found ${shown(value)}${typeof value === 'string' ? suggestion(value, allowed, '') : ''}`;

/** Something that has these methods: a port of the host, such as a clock. */
export const hasMethods =
  (...names: readonly string[]): Check =>
  value => {
    const missing = names.find(
      name => typeof (value as Record<string, unknown> | null)?.[name] !== 'function',
    );
    return missing === undefined
      ? undefined
      : `an object with a method \`${missing}\`, found ${shown(value)}`;
  };

/** An object whose members, if present, pass the checks: options inside options. */
export const hasShape =
  <T extends object>(shape: Shape<T>): Check =>
  value => {
    const mistake = isPlain(value);
    if (mistake !== undefined) return mistake;
    try {
      checkOptions('', value as T, shape);
      return undefined;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return `well-formed${error.message}`;
    }
  };

/** `; did you mean …?`, or else the list of all names. */
export function suggestion(found: string, names: readonly string[], otherwise = listOf(names)): string {
  const near = nearest(found, names);
  return near === undefined ? otherwise : `; did you mean \`${near}\`?`;
}

const listOf = (names: readonly string[]): string =>
  names.length === 0 ? '; there are none' : `; there are ${names.map(quote).join(', ')}`;

/** The name that differs least, if it differs little. */
function nearest(found: string, names: readonly string[]): string | undefined {
  const lower = found.slice(0, LENGTH_MAX).toLowerCase();
  const far = Math.max(1, Math.floor(lower.length / 3)) + 1;
  let best: string | undefined;
  let least = far;
  for (const name of names) {
    const known = name.toLowerCase();
    // `ttl` for `ttlMs`: a unit forgotten, or one too many.
    const isPrefix = lower.length > 2 && (known.startsWith(lower) || lower.startsWith(known));
    const distance = Math.min(distanceOf(lower, known), isPrefix ? PREFIX_DISTANCE : Infinity);
    if (distance < least) [best, least] = [name, distance];
  }
  return best;
}

const LENGTH_MAX = 64;
/** More than one letter, less than two: of `concat` and `concat_strings`, the second is nearer to `concat_stringz`. */
const PREFIX_DISTANCE = 1.5;

/** Letters to add, leave out, replace or swap with their neighbour. */
function distanceOf(a: string, b: string): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(
        (row[j] as number) + 1,
        (next[j - 1] as number) + 1,
        (row[j - 1] as number) + cost,
      );
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) least = Math.min(least, (before[j - 2] as number) + 1);
      next.push(least);
    }
    [before, row] = [row, next];
  }
  return row[b.length] as number;
}

function typed(type: string, name: string): Check {
  return value => (typeof value === type ? undefined : `${name}, found ${shown(value)}`);
}

const QUOTED_MAX = 80;

const quote = (text: string): string => `\`${text.slice(0, QUOTED_MAX)}\``;

/** A value in a message: short, on one line, and never a value that throws when it is shown. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, QUOTED_MAX));
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return String(value);
}
