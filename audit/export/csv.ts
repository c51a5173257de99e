import { printable } from '../../base/printable.ts';
import type { RecordedCall } from '../query/calls.ts';
import { exportedParticles, type ExportSource } from './source.ts';

const HEADINGS = [
  'recording',
  'call',
  'asked',
  'decided',
  'peer',
  'peer id',
  'particle',
  'init peer id',
  'service',
  'function',
  'outcome',
  'stage',
  'code',
  'arguments',
  'origins',
  'answer',
];

/** One line for each call, after RFC 4180 but with line feeds. */
export function* exportCsv(source: ExportSource): Generator<string> {
  yield HEADINGS.map(cell).join(',');
  for (const { at, lineage } of exportedParticles(source))
    for (const call of lineage.calls) yield rowOf(call, at, source).map(cell).join(',');
}

function rowOf(call: RecordedCall, at: number, { nameOf }: ExportSource): string[] {
  return [
    String(at),
    String(call.call),
    timeText(call.askedMs),
    timeText(call.decidedMs),
    nameOf(call.peerId),
    call.peerId,
    call.particleId,
    call.initPeerId,
    call.service,
    call.function,
    call.outcome,
    call.stage ?? '',
    call.code ?? '',
    call.arguments.map(text => text ?? '(withheld)').join(' '),
    call.origins
      .map(some =>
        some
          .map(one => `${nameOf(one.peerId)} ${one.serviceId}.${one.functionName}${one.getter}`)
          .join(' + '),
      )
      .join('; '),
    call.answer === undefined ? '' : (call.answer ?? '(withheld)'),
  ];
}

const timeText = (ms: number | undefined): string => {
  const date = new Date(ms ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
};

/** What spreadsheets take for the beginning of a formula, with their full-width twins. */
const FORMULA = /^\s*[=+\-@＝＋－＠|%]/u;

/** A cell that no spreadsheet computes: an apostrophe in front makes it text. Line breaks and hidden characters are escaped. */
function cell(text: string): string {
  const shown = printable(text);
  return `"${(FORMULA.test(shown) ? `'${shown}` : shown).replaceAll('"', '""')}"`;
}
