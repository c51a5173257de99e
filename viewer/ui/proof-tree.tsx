import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { printable, shorten } from '../../base/printable.ts';
import type { ProofClaims } from '../../interpreter/index.ts';

interface ProofTreeProps {
  readonly claims: ProofClaims;
  readonly nameOf: (peerId: string) => string;
}

/** All origins that a proof shows, a level at a time. */
export function ProofTree({ claims, nameOf }: ProofTreeProps): JSX.Element {
  return (
    <ol>
      {claims.arguments.map((at, i) => (
        <Origin key={i} {...{ claims, nameOf, at }} what={`argument ${i + 1}`} />
      ))}
    </ol>
  );
}

function Origin({
  claims,
  nameOf,
  at,
  what,
}: ProofTreeProps & { readonly at: number; readonly what: string }): JSX.Element | null {
  const [isOpen, setOpen] = useState(false);
  const origin = claims.origins[at];
  if (origin === undefined) return null;
  const { kind, tetraplet, valueJson, valueHash, toldBy, record } = origin;
  const peer = nameOf(tetraplet.peerId);
  const source =
    kind === 'literal'
      ? `literal of ${peer}`
      : kind === 'composed'
        ? `put together by the script on ${peer}`
        : `${peer} ${printable(`${tetraplet.serviceId}.${tetraplet.functionName}${tetraplet.getter}`)}`;
  const below = [
    ...origin.arguments.map((to, i) => ({ to, what: `argument ${i + 1}` })),
    ...origin.parts.map((to, i) => ({ to, what: `part ${i + 1}` })),
  ];
  const value =
    valueJson === undefined
      ? `(${toldBy === undefined ? 'sealed' : 'told'}${valueHash === undefined ? '' : `, hash ${valueHash.slice(0, 16)}…`})`
      : printable(shorten(valueJson, 400));
  return (
    <li>
      {below.length > 0 && (
        <button aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? '−' : '+'}
        </button>
      )}{' '}
      {what} = <code>{value}</code> ← {source}
      {record !== undefined && <span class="hint"> [record {record.slice(0, 12)}…]</span>}
      {isOpen && (
        <ol>
          {below.map((one, i) => (
            <Origin key={i} {...{ claims, nameOf }} at={one.to} what={one.what} />
          ))}
        </ol>
      )}
    </li>
  );
}
