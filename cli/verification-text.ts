import type { FileKind, FileSigner, SignerKey, Verification } from '../audit/index.ts';
import { printable, shorten } from '../base/printable.ts';
import type { EquivocationClaims, ProofClaims, ReceiptClaims } from '../interpreter/index.ts';
import { timeText } from './audit/table.ts';
import type { EnvelopeFileClaims } from './envelope-file.ts';
import { originLines, peerName } from './origin-text.ts';
import { claimsText, evidenceText } from './receipt-text.ts';
import { functionText, valueText } from './report-text.ts';

type NameOf = (peerId: string) => string;

/** What each kind of file proves, for people. Recordings have a report of their own. */
const TEXTS: Readonly<Record<Exclude<FileKind, 'recording'>, (claims: object, nameOf: NameOf) => string>> = {
  receipt: claims => claimsText(claims as ReceiptClaims),
  evidence: claims => evidenceText(claims as EquivocationClaims),
  proof: (claims, nameOf) => proofText(claims as ProofClaims, nameOf),
  envelope: claims => envelopeText(claims as EnvelopeFileClaims),
  checkpoint: claims => headText(claims as { origin: string; size: number }),
  'log-proof': claims => entryText(claims as { origin: string; size: number; index: number; entry: string }),
};

/** The verdict first, then what it is about, then whose signatures it rests on, then what the reader must know. */
export function verificationText(found: Verification): string {
  const { kind, verdict, code, message, claims, signers, warnings } = found;
  if (verdict === 'invalid')
    return [`not valid: ${printable(message ?? '')} (${code ?? ''})`, ...signers.map(signerText)].join('\n');
  const names = new Map(
    signers.flatMap(({ peerId, name }) => (name === null ? [] : [[peerId, name] as const])),
  );
  const nameOf: NameOf = peerId => peerName(peerId, names);
  return [
    verdict === 'valid' ? `valid: ${kind}` : `nothing is wrong, not everything is proven: ${kind}`,
    ...(kind === 'recording' || claims === undefined ? [] : [TEXTS[kind](claims, nameOf)]),
    ...signers.map(signerText),
    ...warnings.map(warning => `  note       ${printable(warning)}`),
  ].join('\n');
}

const ROLES: Readonly<Record<FileSigner['role'], string>> = {
  'init-peer': 'init peer',
  peer: 'peer',
  host: 'host that sent it',
  recorder: 'recorder',
  witness: 'witness',
};

export function signerText({ role, peerId, name, key }: FileSigner): string {
  const about = [ROLES[role], ...(name === null ? [] : [printable(name)]), ...(key ? [keyText(key)] : [])];
  return `  signed by  ${printable(peerId)} (${about.join(', ')})`;
}

function keyText({ identity, standing, isRevoked, untilMs }: SignerKey): string {
  const end = untilMs === undefined ? '' : ` ${isRevoked ? 'revoked' : 'replaced'} ${timeText(untilMs)}`;
  return standing === 'after revocation'
    ? `used after revocation: key of ${printable(identity)},${end}`
    : `${standing} key of ${printable(identity)}${end === '' ? '' : `,${end}`}`;
}

function proofText(claims: ProofClaims, nameOf: NameOf): string {
  const { peerId, outcome, valueJson, responseHash, site, record, particleId, initPeerId } = claims;
  const answer = valueJson === undefined ? `(sealed, hash ${responseHash})` : valueText(valueJson);
  return [
    `${nameOf(peerId)} has made the call ${functionText(claims)} and recorded its answer`,
    `  ${outcome.padEnd(9)}  ${answer}`,
    `  at site    ${printable(site)}, record ${record}`,
    `  particle   ${printable(particleId)}, signed by ${nameOf(initPeerId)}`,
    ...originLines(claims, nameOf),
  ].join('\n');
}

const envelopeText = ({ origin, route, iatMs, expMs, payloadHash }: EnvelopeFileClaims): string =>
  [
    `${printable(origin)} has sent a frame to ${printable(route)}`,
    `  made       ${timeText(iatMs)}, to be taken until ${timeText(expMs)}`,
    `  payload    SHA-256 ${payloadHash}`,
  ].join('\n');

const headText = ({ origin, size }: { origin: string; size: number }): string =>
  `head of the log ${printable(origin)}: ${size} entries`;

const ENTRY_SHOWN_MAX = 400;

const entryText = ({
  origin,
  size,
  index,
  entry,
}: {
  origin: string;
  size: number;
  index: number;
  entry: string;
}): string =>
  `entry ${index} of ${size} in the log ${printable(origin)}\n  ${printable(shorten(entry, ENTRY_SHOWN_MAX))}`;
