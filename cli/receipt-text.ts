import type { EquivocationClaims, ReceiptClaims, StatementClaims } from '../interpreter/index.ts';
import { shorten } from './report.ts';

/** One result, on one line. */
export function resultText(claims: ReceiptClaims): string {
  const { peerId, site, outcome, valueJson } = claims;
  const value = valueJson === undefined ? '' : ` ${visible(shorten(valueJson))}`;
  return `${peerId} ${whatOf(claims)} at site ${site}: ${outcome}${value}`;
}

/** What a receipt proves, for people. */
export function claimsText(claims: ReceiptClaims): string {
  const { argsHash, argumentsJson, outcome, responseHash, valueJson, particleId, initPeerId, timestamp } =
    claims;
  const { peerId, site } = claims;
  return [
    `${peerId} has stated the result of ${whatOf(claims)}`,
    `  arguments  ${jsonText(argumentsJson, argsHash)}`,
    `  ${outcome.padEnd(9)}  ${jsonText(valueJson, responseHash)}`,
    `  at site    ${site}`,
    `  particle   ${particleId}, signed by ${initPeerId}`,
    `             who says that it was made on ${timeText(timestamp)}`,
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
    `${peerId} has signed ${why}`,
    ...statements.map(
      claims =>
        `  record ${claims.index} of ${claims.size}, head ${claims.head}\n    ${whatOf(claims)} at site ${claims.site}: ${claims.outcome}, hash ${claims.responseHash}`,
    ),
    `  particle   ${particleId}, signed by ${initPeerId}`,
  ].join('\n');
}

const whatOf = ({ kind, serviceId, functionName }: StatementClaims): string =>
  kind === 'canon' ? 'canon' : visible(`\`${serviceId}.${functionName}\``);

const jsonText = (json: string | undefined, hash: string): string =>
  json === undefined ? `left out; hash ${hash}` : visible(shorten(json));

/** Dates end in the year 275760, timestamps do not. */
function timeText(timestamp: number): string {
  const date = new Date(timestamp);
  return Number.isNaN(date.getTime()) ? `millisecond ${timestamp}` : date.toISOString();
}

/** Strangers choose names and values: nothing in them may move the cursor, end a line, or turn the direction of text. */
export const visible = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    character => `\\u{${(character.codePointAt(0) as number).toString(16)}}`,
  );
