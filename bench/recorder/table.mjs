import { measureIn, ms, table, text } from '../report/report.mjs';

export const title = 'Recording';

export async function measure({ only, effort, progress }) {
  if (!only('recorder')) return { rows: [] };
  progress('recorder');
  return { rows: [await measureIn('recorder/measure.mjs', effort, '')] };
}

export const markdown = ({ rows }) =>
  rows.length === 0
    ? ''
    : text(
        'The main job, three peers with and without one recorder (mode `all`, to a file) in turns of one process, CPU time.',
        table(
          ['without, ms', 'recorded, ms', 'overhead, %', 'bytes per particle'],
          rows.map(({ plainMs, recordedMs, overhead, bytesPerParticle }) => [
            ms(plainMs),
            ms(recordedMs),
            (100 * overhead).toFixed(0),
            Math.round(bytesPerParticle),
          ]),
        ),
      );
