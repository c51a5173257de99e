import { measureIn, ms, table } from '../report/report.mjs';
import { GROWTH } from './cases.mjs';

export const title = 'Growth of Beryl alone';

export async function measure({ only, effort, progress }) {
  const rows = [];
  for (const { name } of GROWTH.filter(entry => only(entry.name))) {
    progress(name);
    rows.push(await measureIn('growth/measure.mjs', name, effort));
  }
  return { rows };
}

export const markdown = ({ rows }) =>
  rows.length === 0 ? '' : table(['case', 'size', 'ms', 'size', 'ms', 'growth'], rows.map(cells));

function cells({ name, sizes: [from, to], times: [small, large] }) {
  const exponent = Math.log(large / small) / Math.log(to / from);
  return [name, from, ms(small), to, ms(large), `n^${exponent.toFixed(2)}`];
}
