import { counted } from '../../base/counted.ts';
import { diffOf, explainCall, type OriginNode } from '../../audit/index.ts';
import { printable, shorten } from '../../base/printable.ts';
import { particleOf } from '../audit/filters.ts';
import { namesOf, type NameOfPeer } from '../audit/names.ts';
import { readTrust, type TrustOptions } from '../audit/trust-files.ts';
import { CliError, ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { open } from './audit-list.ts';

export interface AuditWhyOptions extends TrustOptions {
  readonly json?: boolean;
}

/** `beryl audit why <recording> <call> [argument]`: the origins of a call's arguments, down to literals and first calls. */
export function auditWhyCommand(
  path: string,
  number: string,
  argument: string | undefined,
  options: AuditWhyOptions,
  output: Output,
): ExitCode {
  const recording = open(path);
  const explanation = explainCall(recording, numberOf(number, 'call'));
  const chosen = argument === undefined ? undefined : numberOf(argument, 'argument') - 1;
  const { call, origins } = explanation;
  if (chosen !== undefined && origins[chosen] === undefined)
    throw new CliError(
      'ERR_CLI_COMMAND',
      `call ${number} has ${counted(origins.length, 'argument')}, counted from 1`,
    );
  const shown = chosen === undefined ? origins : [origins[chosen] as OriginNode];
  if (options.json === true) {
    output.json({ ...explanation, origins: shown });
    return ExitCode.ok;
  }
  const nameOf = namesOf([recording], readTrust(options).peers);
  const lines = [
    `call ${call.call}: ${nameOf(call.peerId)} ${printable(`${call.service}.${call.function}`)}: ${call.outcome}`,
    ...shown.flatMap((origin, i) => {
      const at = chosen ?? i;
      return [
        `argument ${at + 1} = ${valueText(call.arguments[at] ?? null)}`,
        ...nodeLines(origin, nameOf, 1),
      ];
    }),
  ];
  output.list(lines.join('\n'));
  return ExitCode.ok;
}

function nodeLines(node: OriginNode, nameOf: NameOfPeer, depth: number): string[] {
  const { kind, tetraplet, value, call, answer, record, isSeen } = node;
  const { peerId, serviceId, functionName, getter } = tetraplet;
  const literal = value === undefined ? '' : ` = ${valueText(value)}`;
  const what =
    kind === 'service' || kind === 'error'
      ? `${nameOf(peerId)} ${printable(`${serviceId}.${functionName}${getter}`)}`
      : kind === 'literal'
        ? `literal of ${nameOf(peerId)}${printable(getter)}${literal}`
        : `put together by the script on ${nameOf(peerId)}${printable(getter)}`;
  const from = call === undefined ? '' : `, call ${call}`;
  const said = answer === undefined ? '' : ` = ${valueText(answer)}`;
  const proof = record === undefined ? '' : `  [record ${record.slice(0, 12)}…]`;
  return [
    `${'  '.repeat(depth)}← ${what}${from}${said}${proof}${isSeen === true ? '  (shown above)' : ''}`,
    ...node.arguments.flatMap(one => nodeLines(one, nameOf, depth + 1)),
    ...node.parts.flatMap(one => nodeLines(one, nameOf, depth + 1)),
  ];
}

export interface AuditDiffOptions extends TrustOptions {
  readonly left?: string;
  readonly right?: string;
  readonly json?: boolean;
}

/** `beryl audit diff <recording> [recording]`: what differs between two particles, or between two recordings. */
export function auditDiffCommand(
  left: string,
  right: string | undefined,
  options: AuditDiffOptions,
  output: Output,
): ExitCode {
  if (right === undefined && (options.left === undefined || options.right === undefined))
    throw new CliError(
      'ERR_CLI_COMMAND',
      'name two recordings, or two particles of one with --left and --right',
    );
  const mine = open(left);
  const theirs = right === undefined ? mine : open(right);
  const found = diffOf(
    { open: mine, ...(options.left !== undefined && { particle: particleOf(options.left, [mine]) }) },
    { open: theirs, ...(options.right !== undefined && { particle: particleOf(options.right, [theirs]) }) },
  );
  const isEqual = found.every(({ differences }) => differences.length === 0);
  if (options.json === true) output.json(found);
  else {
    const nameOf = namesOf([mine, theirs], readTrust(options).peers);
    const lines = found.flatMap(({ left: a, right: b, equalCalls, differences }) => [
      `${printable(a) || 'nothing'} and ${printable(b) || 'nothing'}: ${counted(equalCalls, 'equal call')}, ${differences.length} that differ`,
      ...differences.flatMap(({ peerId, name, site, left: mineAt, right: theirsAt, fields }) => [
        `  ${nameOf(peerId)} ${printable(name)} at site ${printable(site)} (${mineAt ?? 'missing'}, ${theirsAt ?? 'missing'})`,
        ...fields.map(one => `    ${one.field}: ${valueText(one.left)} | ${valueText(one.right)}`),
      ]),
    ]);
    output.list(lines.join('\n') || 'no calls on either side');
  }
  return isEqual ? ExitCode.ok : ExitCode.refused;
}

function numberOf(text: string, what: string): number {
  if (!/^\d{1,10}$/.test(text))
    throw new CliError('ERR_CLI_COMMAND', `\`${printable(text)}\` is not a number of a ${what}`);
  return Number(text);
}

const SHOWN_MAX = 120;
const valueText = (text: string | null): string =>
  text === null ? '(withheld)' : printable(shorten(text, SHOWN_MAX));
