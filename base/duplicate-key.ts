/**
 * Finds a key that an object of a JSON text has twice. Of two values `JSON.parse` takes the last one and says nothing, so that a reader
 * of the file can believe in the first one.
 *
 * @param json A text that `JSON.parse` takes.
 * @returns Its path, such as `peers.alice.services.0.kind`; `undefined` if every key stands once.
 * @example duplicateKey('{"a":[{"b":1,"b":2}]}') // 'a.0.b'
 */
export function duplicateKey(json: string): string | undefined {
  const open: Frame[] = [];
  for (const [token] of json.matchAll(TOKENS)) {
    const top = open.at(-1);
    if (token === '{') open.push({ keys: new Set(), step: '', isAtKey: true });
    else if (token === '[') open.push({ keys: undefined, step: 0, isAtKey: false });
    else if (token === '}' || token === ']') open.pop();
    else if (top === undefined) continue;
    else if (token === ',') {
      if (typeof top.step === 'number') top.step += 1;
      else top.isAtKey = true;
    } else if (top.isAtKey) {
      const key = JSON.parse(token) as string;
      top.step = key;
      top.isAtKey = false;
      if (top.keys?.has(key) === true) return open.map(({ step }) => step).join('.');
      top.keys?.add(key);
    }
  }
  return undefined;
}

/** An object or array that is open. */
interface Frame {
  /** Left out for arrays. */
  readonly keys: Set<string> | undefined;
  /** The key or index that was read last. */
  step: string | number;
  isAtKey: boolean;
}

const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g;

/** What a refusal of such a file says. */
export const twiceText = (path: string): string => `\`${path}\` stands in it twice: which one counts?`;
