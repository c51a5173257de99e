const OTHER_STARTS = '()[]";';

/** A word ends before a space, or before a bracket that closes more than the word has opened. */
export function wordEnd(text: string, start: number): number {
  if (OTHER_STARTS.includes(text[start] as string) || isSpace(text.charCodeAt(start))) return start;
  let parens = 0;
  let brackets = 0;
  let at = start + 1;
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // Letters of ASCII, which most words are made of, end nothing.
    if (unit > 0x5d && unit < 0x80) continue;
    if (unit === 0x28) parens += 1;
    else if (unit === 0x29) parens -= 1;
    else if (unit === 0x5b) brackets += 1;
    else if (unit === 0x5d) brackets -= 1;
    else if (isSpace(unit)) break;
    if (parens < 0 || brackets < 0) break;
  }
  return at;
}

/** Unicode White_Space. */
export function isSpace(unit: number): boolean {
  if (unit <= 0x20) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  if (unit < 0x1680) return unit === 0x85 || unit === 0xa0;
  return (
    unit === 0x1680 ||
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000
  );
}
