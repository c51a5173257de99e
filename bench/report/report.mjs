// Child processes, numbers and Markdown.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const BENCH = join(import.meta.dirname, '..');

/** Runs a script of this folder in a process of its own. @returns What it printed as JSON. */
export async function measureIn(script, ...args) {
  const { stdout } = await run(process.execPath, ['--expose-gc', join(BENCH, script), ...args], {
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout);
}

export const median = list => list.toSorted((a, b) => a - b)[list.length >> 1];
export const geometricMean = list => Math.exp(list.reduce((sum, x) => sum + Math.log(x), 0) / list.length);

/** Milliseconds with three digits that mean something. */
export const ms = value =>
  value === undefined ? '–' : value.toFixed(value < 0.1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0);

/** Rows of cells as a table of Markdown. All columns but the first are numbers. */
export function table(headings, rows) {
  const line = cells => `| ${cells.join(' | ')} |`;
  return [line(headings), line(headings.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)].join(
    '\n',
  );
}

/** Paragraphs. What is not there is left out. */
export const text = (...paragraphs) => paragraphs.filter(Boolean).join('\n\n');
