import { printable, shorten } from '../../base/printable.ts';

const CELL_MAX = 60;

/** Columns under headings, each as wide as its widest cell; the last one is not padded. Cells are made printable. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [headings, ...rows.map(row => row.map(cell => printable(shorten(cell, CELL_MAX))))];
  const widths = headings.map((_, i) => Math.max(...cells.map(row => (row[i] ?? '').length)));
  return cells
    .map(row => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('  '))
    .join('\n');
}

/** Time of day and date, UTC; a claim of the recorder. */
export function timeText(ms: number | undefined): string {
  const date = new Date(ms ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
