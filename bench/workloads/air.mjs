// Words to write scripts with.
import { id } from '../engines/peers.mjs';

export const range = count => Array.from({ length: count }, (_, i) => i);
const nest = (kind, parts) =>
  parts.slice(0, -1).reduceRight((rest, part) => `(${kind} ${part} ${rest})`, parts.at(-1));

export const seq = (...parts) => nest('seq', parts);
export const par = (...parts) => nest('par', parts);
/** A call on a peer by its number, or by the variable that names it. */
export const call = (peer, functionName, args = [], output = '') =>
  `(call ${typeof peer === 'number' ? `"${id(peer)}"` : peer} ("s" "${functionName}") [${args.join(' ')}] ${output})`;
export const fold = (list, item, body) => `(fold ${list} ${item} ${body})`;
/** Everything in a fold, one after the other or side by side. */
export const each = (list, item, body) => fold(list, item, seq(body, `(next ${item})`));
export const all = (list, item, body) => fold(list, item, par(body, `(next ${item})`));

const numbers = count => JSON.stringify(range(count));
/** Answers by function name; `list` is a list of so many numbers, everything else is the number of the answer. */
export function answers({ list = 0, ...texts }) {
  let count = 0;
  const known = { list: numbers(list), ...texts };
  return name => known[name] ?? `{"answer":${count++}}`;
}
