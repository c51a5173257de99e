// Puts the report into a page, between its markers.
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';

const BEGIN = '<!-- bench: begin -->';
const END = '<!-- bench: end -->';

/** @throws {Error} If the page does not have both markers. */
export async function writeInto(path, report) {
  const page = readFileSync(path, 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`\`${path}\` needs the lines \`${BEGIN}\` and \`${END}\``);
  const written = `${page.slice(0, begin + BEGIN.length)}\n\n${report}\n\n${page.slice(end)}`;
  writeFileSync(path, await format(written, { ...(await resolveConfig(path)), filepath: path }));
}
