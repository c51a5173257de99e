import { counted } from '../../base/counted.ts';
import type { AuditReport, Finding, Gap, ParticleReport } from '../../audit/index.ts';
import { printable, shorten } from '../../base/printable.ts';

/** Lines of one list in the text; `--json` has all. */
const LISTED_MAX = 20;
const SHOWN_MAX = 160;

/** An audit's report for people. The two verdicts come first, then what they rest on, then what nobody checked. */
export function reportText(report: AuditReport, paths: readonly string[]): string {
  const { content, completeness, recordings, particles, findings, gaps, notChecked } = report;
  return [
    `content       ${content}`,
    `completeness  ${completeness}`,
    ...recordings.map(({ origin, entries, trustedEntries, rerun, witnesses, recorder }, i) =>
      [
        `recording     ${printable(paths[i] ?? '')}`,
        `  origin      ${printable(origin)}`,
        `  recorder    ${recorder === null ? 'none: no checkpoint is signed' : `${printable(recorder)} (says the file)`}`,
        `  entries     ${entries}, ${trustedEntries} of them under a checkpoint of a key that you trust`,
        ...(witnesses.length === 0 ? [] : [`  witnesses   ${witnesses.map(printable).join(', ')}`]),
        `  run again   ${counted(rerun, 'run')}`,
      ].join('\n'),
    ),
    `particles     ${countsOf(particles)}`,
    ...section('found', findings.map(findingText), report.moreFindings),
    ...section('not known to be complete', gaps.map(gapText), report.moreGaps),
    ...section(
      'not checked',
      notChecked.map(({ count, message }) => `${count} × ${message}`),
      0,
    ),
  ].join('\n');
}

function section(title: string, lines: readonly string[], more: number): string[] {
  if (lines.length === 0) return [];
  const rest = lines.length - LISTED_MAX + more;
  return [
    '',
    `${title}:`,
    ...lines.slice(0, LISTED_MAX).map(line => `  ${line}`),
    ...(rest > 0 ? [`  … and ${rest} more; --json lists them`] : []),
  ];
}

function findingText({ content, name, message, line, expected, actual }: Finding): string {
  const where = line === undefined ? '' : ` (line ${line})`;
  // Some messages say it themselves.
  const isSaid = expected === undefined || message.includes(expected.slice(0, 20));
  const sides = isSaid ? '' : `\n    recorded  ${shown(expected)}\n    should be ${shown(actual ?? '')}`;
  return `${content}: ${name}${where}: ${printable(shorten(message, 400))}${sides}`;
}

const gapText = ({ name, message }: Gap): string => `${name}: ${printable(message)}`;

const shown = (text: string): string => printable(shorten(text, SHOWN_MAX));

/** How many particles have each verdict. */
function countsOf(particles: readonly ParticleReport[]): string {
  const counts = new Map<string, number>();
  for (const { content, completeness } of particles) {
    const verdict = `${content}, ${completeness}`;
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  }
  return [...counts].map(([verdict, count]) => `${count} ${verdict}`).join('; ') || 'none';
}
