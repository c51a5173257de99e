import { printable, shorten } from '../base/printable.ts';
import type { ProofClaims, ProvenOrigin } from '../interpreter/index.ts';

const SHOWN_MAX = 120;
/** Deeper lines are indented no further. */
const INDENT_MAX = 40;

/** A name with the id's ends, or the whole id. */
export function peerName(peerId: string, names: ReadonlyMap<string, string>): string {
  const name = names.get(peerId);
  return printable(name === undefined ? peerId : `${name} (${peerId.slice(0, 8)}…${peerId.slice(-6)})`);
}

/** The origins of all arguments, down to literals and first calls. What was shown before is named by its line. */
export function originLines(
  { arguments: args, origins }: Pick<ProofClaims, 'arguments' | 'origins'>,
  nameOf: (peerId: string) => string,
): string[] {
  const lines: string[] = [];
  const shownAt = new Map<number, number>();
  const waiting = args.map((at, i) => ({ at, depth: 1, what: `argument ${i + 1}` })).toReversed();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { at, depth, what } = next;
    const origin = origins[at] as ProvenOrigin;
    const before = shownAt.get(at);
    const indent = '  '.repeat(Math.min(depth, INDENT_MAX));
    const isAgain = before !== undefined && origin.arguments.length + origin.parts.length > 0;
    shownAt.set(at, before ?? lines.length + 1);
    lines.push(
      `${indent}${what} = ${valueOf(origin)} ← ${sourceOf(origin, nameOf)}${isAgain ? `  (see line ${before} of this tree)` : ''}`,
    );
    if (isAgain) continue;
    for (const [i, part] of [...origin.parts.entries()].toReversed())
      waiting.push({ at: part, depth: depth + 1, what: `part ${i + 1}` });
    for (const [i, argument] of [...origin.arguments.entries()].toReversed())
      waiting.push({ at: argument, depth: depth + 1, what: `argument ${i + 1}` });
  }
  return lines;
}

function valueOf({ valueJson, valueHash, toldBy }: ProvenOrigin): string {
  if (valueJson !== undefined) return printable(shorten(valueJson, SHOWN_MAX));
  const hash = valueHash === undefined ? '' : `, hash ${valueHash.slice(0, 16)}…`;
  return toldBy === undefined ? `(sealed${hash})` : `(told${hash})`;
}

function sourceOf(
  { kind, tetraplet, toldBy, record, selectors }: ProvenOrigin,
  nameOf: (id: string) => string,
): string {
  const { peerId, serviceId, functionName, getter } = tetraplet;
  const proof = record === undefined ? '' : `  [record ${record.slice(0, 12)}…]`;
  const chosen = selectors.length === 0 ? '' : `, selected by ${selectors.map(nameOf).join(', ')}`;
  const part = printable(getter);
  if (toldBy !== undefined) return `told by ${nameOf(toldBy)} alone${proof}`;
  if (kind === 'literal') return `literal of ${nameOf(peerId)}${part}${chosen}`;
  if (kind === 'composed') return `put together by the script on ${nameOf(peerId)}${part}${chosen}`;
  if (serviceId === '') return `an error that the script met${part}`;
  return `${nameOf(peerId)} ${printable(`${serviceId}.${functionName}`)}${part}${chosen}${proof}`;
}
