/**
 * Characters that are invisible or change how the text around them is shown: controls (ESC among them), marks of direction,
 * zero-width characters, separators of lines, private use, lone surrogates.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Makes text of a stranger safe to show: one line, in which nothing moves the cursor of a terminal, turns the direction of reading
 * or hides. Every output of Beryl uses this function, so there is one answer to what is safe.
 *
 * @returns The text with each unprintable character as `\u{hex}`.
 * @example printable('a\u001b[2J') // 'a\\u{1b}[2J'
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escaped);
}

/** As {@link printable}, but line feeds stand: for text of several lines that was put together from printable parts. */
export function printableLines(text: string): string {
  return text.replace(UNPRINTABLE, character => (character === '\n' ? character : escaped(character)));
}

/**
 * JSON text that is printable. It stands for the same value: outside strings JSON has no unprintable characters but white space.
 *
 * @param json JSON text; line feeds between its tokens stand.
 */
export function printableJson(json: string): string {
  return json.replace(UNPRINTABLE, character => (character === '\n' ? character : escapedUnits(character)));
}

/**
 * The beginning of a text, with `…` for the rest. Never cuts a character in two.
 *
 * @param max UTF-16 units kept.
 */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  const end =
    isLowSurrogate(text.charCodeAt(max)) && isHighSurrogate(text.charCodeAt(max - 1)) ? max - 1 : max;
  return `${text.slice(0, end)}…`;
}

const escaped = (character: string): string => `\\u{${(character.codePointAt(0) as number).toString(16)}}`;

const escapedUnits = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('');

const isHighSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xd800;
const isLowSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xdc00;
