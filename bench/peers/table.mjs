import { measureIn, ms, table, text } from '../report/report.mjs';

export const title = 'Peers';
const IN_FLIGHT = [1, 16, 128];

export async function measure({ only, effort, progress }) {
  const rows = [];
  if (!only('peers')) return { rows };
  for (const inFlight of IN_FLIGHT) {
    progress(`peers, ${inFlight} in flight`);
    rows.push(await measureIn('peers/measure.mjs', String(inFlight), effort));
  }
  return { rows };
}

export const markdown = ({ rows }) =>
  rows.length === 0
    ? ''
    : text(
        'The main job with its answer (three hops) on three peers of `beryl/peer` in one process: admission, services, guards and all. Memory transport without delay, real clock.',
        table(
          ['in flight', 'particles per second', 'p50, ms', 'p99, ms'],
          rows.map(({ inFlight, perSecond, p50, p99 }) => [
            inFlight,
            Math.round(perSecond),
            ms(p50),
            ms(p99),
          ]),
        ),
      );
