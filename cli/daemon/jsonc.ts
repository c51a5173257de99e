/**
 * JSON with comments (`//` to the end of the line, and between `/*` and `*\/`) and commas behind the last item, as JSON: what is taken
 * out becomes spaces, so that lines and columns stay.
 */
export function withoutComments(text: string): string {
  let out = '';
  for (let at = 0; at < text.length;) {
    const [token = ''] = TOKEN.exec(text.slice(at)) ?? [];
    const isComment = token.startsWith('//') || token.startsWith('/*');
    out += isComment ? token.replaceAll(/[^\n]/g, ' ') : token;
    at += token.length;
  }
  return withoutLastCommas(out);
}

/** A text, a comment, or what is neither. A text that has no end goes to the end of its line; the JSON parser then says where. */
const TOKEN = /^(?:"(?:[^"\\\n]|\\.)*"?|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|[^"/]+|\/)/;

/** Texts are skipped: a comma inside one stays. */
function withoutLastCommas(text: string): string {
  return text.replaceAll(/"(?:[^"\\\n]|\\.)*"|,(?=\s*[\]}])/g, found => (found === ',' ? ' ' : found));
}
