import { measureIn, ms, table, text } from '../report/report.mjs';

export const title = 'Peers';
const IN_FLIGHT = [1, 16, 128];

export async function measure({ only, effort, progress }) {
  const [rows, stores, libp2p] = [[], [], []];
  if (!only('peers')) return { rows, stores, libp2p };
  for (const inFlight of IN_FLIGHT) {
    progress(`peers, ${inFlight} in flight`);
    rows.push(await measureIn('peers/measure.mjs', String(inFlight), effort));
  }
  for (const inFlight of IN_FLIGHT) {
    progress(`libp2p, ${inFlight} in flight`);
    libp2p.push(await measureIn('peers/libp2p.mjs', String(inFlight), effort));
  }
  for (const inFlight of [1, 16]) {
    progress(`stores, ${inFlight} in flight`);
    stores.push(await measureIn('peers/stores.mjs', String(inFlight), effort));
  }
  return { rows, stores, libp2p };
}

const percent = ({ more }) => `${more < 0 ? '−' : '+'}${Math.abs(100 * more).toFixed(0)} %`;

export const markdown = ({ rows, stores, libp2p }) =>
  rows.length === 0
    ? ''
    : text(
        'The main job with its answer on peers of `beryl/peer` in one process: admission, services, guards and all. Two hosts (three peers, three hops), or one host with both services (two peers, two hops). Memory transport without delay, real clock.',
        table(
          ['in flight', 'hosts', 'particles per second', 'p50, ms', 'p99, ms'],
          rows.flatMap(([two, one]) =>
            [two, one].map(({ inFlight, perSecond, p50, p99 }, i) => [
              inFlight,
              2 - i,
              Math.round(perSecond),
              ms(p50),
              ms(p99),
            ]),
          ),
        ),
        'The same job between two processes over libp2p on loopback, client included. The host has Auth and Blog, envelopes enforced, and SQLite with `full`.',
        table(
          [
            'in flight',
            'particles per second',
            'p50, ms',
            'p99, ms',
            'CPU of the host, ms',
            'of the client, ms',
          ],
          libp2p.map(({ inFlight, perSecond, p50, p99, cpu }) => [
            inFlight,
            Math.round(perSecond),
            ms(p50),
            ms(p99),
            ms(cpu.host),
            ms(cpu.client),
          ]),
        ),
        'CPU time of a particle, with stores that keep it in memory and in SQLite, in turns:',
        table(
          ['in flight', 'memory, ms', 'SQLite, `normal`', 'SQLite, `full`'],
          stores.map(({ inFlight, memory, normal, full }) => [
            inFlight,
            ms(memory.ms),
            percent(normal),
            percent(full),
          ]),
        ),
      );
