import { measureIn, ms, table, text } from '../report/report.mjs';

export const title = 'Rules';

export async function measure({ only, effort, progress }) {
  if (!only('services')) return undefined;
  progress('rules of a call');
  return measureIn('services/measure.mjs', effort);
}

const percent = part => `${(100 * part).toFixed(1)} %`;

export const markdown = measured =>
  measured === undefined
    ? ''
    : text(
        `What rules add to a call, and to a run of two hops with a call each (${ms(measured.run)} ms of CPU time). A call without them takes ${ms(measured.plain)} ms from request to result.`,
        table(
          ['rules', 'ms a call', 'of a run', 'bound'],
          [
            [
              'access list: 101 rules, limits of each kind',
              ms(measured.gatekeeper.ms),
              percent(measured.gatekeeper.part),
              '5 %',
            ],
            [
              'policy: 1 000 rules, three for this call',
              ms(measured.policy.ms),
              percent(measured.policy.part),
              '10 %',
            ],
            [
              'channel: MACs of a call and its answer, both sides in one process',
              ms(measured.mac.ms),
              percent(measured.mac.part),
              '5 %',
            ],
          ],
        ),
      );
