import { describe, expect, it } from 'vitest';
import { EXPORT_FORMATS, type ExportFormatName } from '../../audit/index.ts';
import { withIds } from '../support/cast.ts';
import { cellsOf, exported, hasDot, PROV_PYTHON, readDot, readProv } from '../support/exported.ts';
import { POST, recordWorld } from '../support/recording.ts';

// Goal:    run something on the auditor's machine, or draw another graph than the one that was recorded, when an export is opened.
// Means:   formulas, markup, quotes, directives and control characters in literals, names of services and names of peers.
// Refused: every format escapes in one place; spreadsheets get text, graphs get labels, programs get JSON.
const HOSTILE = [
  `=HYPERLINK('http://evil','x')`,
  '+1',
  '-1+cmd|x',
  '@SUM(A1)',
  '＝1',
  '];n99->n98[color=red',
  '\\N \\G \\E &lt;b&gt; &quot;',
  `<img src=x onerror=alert(1)></script>`,
  '%%{init: {}}%%',
  ']:::denied\n click n1 href javascript:alert(1)',
  '`markdown` **x** #quot; #35;',
  '\u202e\u001b[2J\u2028',
];
const script = HOSTILE.reduceRight(
  (rest, text) => `(seq (xor (call "alice" ("${text}" "${text}") ["${text}"]) (null)) ${rest})`,
  '(null)',
);
const text = await recordWorld({ scripts: [withIds(script)] });
const honest = await recordWorld({ scripts: [POST] });
const nameOf = (): string => HOSTILE.join(' ');

describe('a hostile recording, exported', () => {
  it('gives no spreadsheet a formula', () => {
    const rows = cellsOf(exported(text, 'csv', { nameOf: () => '=1+1' }));
    expect(rows.length).toBe(HOSTILE.length + 1);
    const cells = rows.flat();
    expect(cells.filter(cell => /^[\s]*[=+\-@＝＋－＠|%]/u.test(cell))).toEqual([]);
    expect(cells).toContain(`'=1+1`);
  });

  it('honest twin: other texts stay as they are', () => {
    expect(cellsOf(exported(honest, 'csv')).flat()).toContain('"hello" true');
  });

  it.skipIf(!hasDot)('draws in Graphviz what was recorded, and nothing else', () => {
    const { objects = [], edges = [] } = readDot(exported(text, 'dot', { nameOf }));
    const nodes = objects.filter(({ name }) => /^n\d+$/.test(name));
    expect(objects.length).toBe(nodes.length + 1);
    expect(nodes.length).toBe(2 * HOSTILE.length);
    expect(edges.length).toBe(HOSTILE.length);
  });

  it('puts no character into Mermaid that could mean something', () => {
    const labels = [...exported(text, 'mermaid', { nameOf }).matchAll(/"([^"]*)"/g)].map(
      ([, label]) => label ?? '',
    );
    expect(labels.length).toBeGreaterThan(HOSTILE.length);
    for (const label of labels)
      expect(label.replaceAll('<br/>', '').replaceAll(/#\d+;/g, '')).toMatch(/^[\p{L}\p{N} .,_=()\-…]*$/u);
  });

  it.skipIf(PROV_PYTHON === undefined)('is read by python3-prov', () => {
    const records = readProv(
      PROV_PYTHON as string,
      exported(text, 'prov-json', { nameOf, withContent: true }),
    );
    expect(records.filter(([kind]) => kind === 'ProvActivity')).toHaveLength(HOSTILE.length);
  });

  it.each(Object.keys(EXPORT_FORMATS) as ExportFormatName[])('is printable as %s', format => {
    const all = exported(text, format, { nameOf, withContent: true });
    expect(all).not.toMatch(/[^\P{C}\n]|[\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
    if (format === 'json' || format === 'otlp' || format === 'perfetto' || format === 'prov-json')
      JSON.parse(all);
  });
});
