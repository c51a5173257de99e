/**
 * Splits the canonical JSON of an array into the texts of its items: what a hash of one item covers. Canonical JSON has no white
 * space, so only strings and nesting matter.
 */
export function itemsOf(arrayJson: string): string[] {
  if (arrayJson === '[]') return [];
  const items: string[] = [];
  const last = arrayJson.length - 1;
  let depth = 0;
  let begin = 1;
  for (let at = 1; at < last; at++) {
    const unit = arrayJson.charCodeAt(at);
    if (unit === QUOTE) at = endOfString(arrayJson, at);
    else if (unit === OPEN_ARRAY || unit === OPEN_OBJECT) depth += 1;
    else if (unit === CLOSE_ARRAY || unit === CLOSE_OBJECT) depth -= 1;
    else if (unit === COMMA && depth === 0) {
      items.push(arrayJson.slice(begin, at));
      begin = at + 1;
    }
  }
  items.push(arrayJson.slice(begin, last));
  return items;
}

const [QUOTE, COMMA, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT, BACKSLASH] = [...'",[]{}\\'].map(
  character => character.charCodeAt(0),
) as [number, number, number, number, number, number, number];

/** Index of the closing quote of a string that begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    at = text.indexOf('"', at);
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
}
