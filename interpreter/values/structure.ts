/** What a JSON text is made of. Brackets, colons and commas in strings do not count. */
export interface Structure {
  /** Arrays and objects inside each other. */
  readonly depth: number;
  /** What it takes to go through it, beside the length of the text: 1 for a member of an object, 1/16 for an item of an array. */
  readonly weight: number;
}

/** Of an item beside a member of an object, whose key is looked up or sorted. */
export const ITEM_WEIGHT = 1 / 16;

/** Of whatever is neither an array nor an object. */
export const FLAT: Structure = { depth: 0, weight: 0 };

export function structureOf(text: string): Structure {
  let depth = 0;
  let deepest = 0;
  let members = 0;
  let items = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) at = endOfString(text, at);
    else if (unit === 0x2c) items += 1;
    else if (unit === 0x3a) members += 1;
    else if (unit === 0x5b || unit === 0x7b) {
      depth += 1;
      items += 1;
      if (depth > deepest) deepest = depth;
    } else if (unit === 0x5d || unit === 0x7d) depth -= 1;
  }
  return { depth: deepest, weight: members + items * ITEM_WEIGHT };
}

/** The quote that ends the string begun at `start`: one with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  let end = start;
  do {
    end = text.indexOf('"', end + 1);
  } while (end !== -1 && backslashesBefore(text, end) % 2 === 1);
  return end === -1 ? text.length : end;
}

function backslashesBefore(text: string, end: number): number {
  let at = end;
  while (text.charCodeAt(at - 1) === 0x5c) at -= 1;
  return end - at;
}
