import { counted } from '../base/counted.ts';
import { printable, printableLines, shorten } from '../base/printable.ts';
import type { Tetraplet } from '../interpreter/index.ts';
import type { Recorder } from '../audit/index.ts';
import type { PeerNames } from '../network/index.ts';

/** UTF-16 units of a value that a report shows. */
const SHOWN_MAX = 160;

export function tetrapletText(
  session: PeerNames,
  { peerId, serviceId, functionName, getter }: Tetraplet,
): string {
  return `(${[name(session, peerId), ...[serviceId, functionName, getter].map(printable)].join(', ')})`;
}

/** The name of a peer, or its id. */
export function name(session: PeerNames, peerId: string): string {
  return session.nameOf(peerId) ?? printable(peerId);
}

export const functionText = ({
  serviceId,
  functionName,
}: {
  readonly serviceId: string;
  readonly functionName: string;
}): string => printable(`\`${serviceId}.${functionName}\``);

/** How much was recorded. */
export function recordedText({ counts: { run = 0, decision = 0 } }: Recorder): string {
  return `${counted(run, 'run')} and ${counted(decision, 'call')}`;
}

/** A value, or a part of a long one, on one line. */
export const valueText = (json: string): string => printable(shorten(json, SHOWN_MAX));

/** Text of several lines under a heading: a stranger's text cannot imitate a line of the report. */
export const block = (text: string, by: number): string => indent(printableLines(text.trimEnd()), by);

export const indent = (text: string, by: number): string =>
  text
    .split('\n')
    .map(line => ' '.repeat(by) + line)
    .join('\n');
