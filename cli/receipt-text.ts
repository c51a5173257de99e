import type { EquivocationClaims, ReceiptClaims, StatementClaims } from '../interpreter/index.ts';
import { printable } from '../base/printable.ts';
import { functionText, valueText } from './report-text.ts';

/** One result, on one line. */
export function resultText(claims: ReceiptClaims): string {
  const { peerId, site, outcome, valueJson, responseHash } = claims;
  return `${peerId} ${whatOf(claims)} at site ${site}: ${outcome} ${jsonText(valueJson, responseHash)}`;
}

/** What a receipt proves, for people. */
export function claimsText(claims: ReceiptClaims): string {
  const { argsHash, argumentsJson, outcome, responseHash, valueJson, particleId, initPeerId, timestamp } =
    claims;
  const { peerId, site } = claims;
  return [
    `${printable(peerId)} has stated the result of ${whatOf(claims)}`,
    `  arguments  ${jsonText(argumentsJson, argsHash)}`,
    `  ${outcome.padEnd(9)}  ${jsonText(valueJson, responseHash)}`,
    `  at site    ${site}`,
    `  particle   ${printable(particleId)}, signed by ${initPeerId}`,
    `             creation time claimed by the init peer: ${timeText(timestamp)}`,
  ].join('\n');
}

/** What evidence proves, for people. */
export function evidenceText({
  peerId,
  conflict,
  statements,
  particleId,
  initPeerId,
}: EquivocationClaims): string {
  const why = conflict === 'site' ? 'two answers for one site' : 'two records for one place in its log';
  return [
    `${printable(peerId)} has signed ${why}`,
    ...statements.map(
      claims =>
        `  record ${claims.index} of ${claims.size}, head ${claims.head}\n    ${whatOf(claims)} at site ${claims.site}: ${claims.outcome}, hash ${claims.responseHash}`,
    ),
    `  particle   ${printable(particleId)}, signed by ${initPeerId}`,
  ].join('\n');
}

const whatOf = ({ kind, serviceId, functionName }: StatementClaims): string =>
  kind === 'canon' ? 'canon' : functionText({ serviceId, functionName });

const jsonText = (json: string | undefined, hash: string): string =>
  json === undefined ? `left out; hash ${hash}` : valueText(json);

/** Dates end in the year 275760, timestamps do not. */
function timeText(timestamp: number): string {
  const date = new Date(timestamp);
  return Number.isNaN(date.getTime()) ? `millisecond ${timestamp}` : date.toISOString();
}
