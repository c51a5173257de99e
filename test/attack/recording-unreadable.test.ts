// Goal:    hide what a recording shows.
// Means:   one line that cannot be read: a verifier that stops there reports nothing about the rest.
// Refused: by the verifier, which names the line and verifies all others (audit/verify/line-checks.ts).
import { expect, it } from 'vitest';
import { FORGED_POST, POST, recordWorld, verifyText } from '../support/recording.ts';

const honest = await recordWorld({ scripts: [POST, FORGED_POST] });
const lines = honest.split('\n');

/** The recording with its nth entry of a kind replaced. */
function withLine(
  kind: string,
  nth: number,
  replacement: (line: string) => string,
): [text: string, line: number] {
  const at = lines.flatMap((line, i) => (line.startsWith(`e {"kind":"${kind}"`) ? [i] : []))[nth] as number;
  return [lines.with(at, replacement(lines[at] as string)).join('\n'), at + 1];
}

it('honest twin: every particle of the recording as it was is equal', () => {
  const report = verifyText(honest);
  expect(report).toMatchObject({ content: 'equal', completeness: 'complete' });
  expect(report.particles.map(({ content }) => content)).toEqual(['equal', 'equal']);
});

it.each([
  ['an entry that is not JSON', 'entry-malformed', () => 'e {'],
  ['an entry with an unknown key', 'entry-malformed', (line: string) => line.replace('{', '{"x":1,')],
  ['a line of no known kind', 'line-malformed', (line: string) => `z${line.slice(1)}`],
])('%s is named with its line, and hides nothing else', (_, name, replacement) => {
  const [bent, line] = withLine('send', 0, replacement);
  const report = verifyText(bent);
  expect(report.content).toBe('malformed');
  expect(report.completeness).not.toBe('complete');
  expect(report.findings).toContainEqual(expect.objectContaining({ content: 'malformed', name, line }));
  // An entry is missing where it stood, and the checkpoints do not fit any longer.
  expect(report.findings.map(found => found.name)).toEqual(
    expect.arrayContaining(['entry-missing', 'checkpoint-entries-missing']),
  );
  expect(report.particles).toHaveLength(2);
  expect(report.recordings[0]?.rerun).toBeGreaterThan(0);
});

it('names every such line, and the verdict on other lines stays', () => {
  const [once] = withLine('send', 0, () => 'e {');
  const twice = once.replace('"hello"', '"hellO"');
  const names = verifyText(twice).findings.map(({ name }) => name);
  expect(names).toContain('entry-malformed');
  expect(names).toContain('content-altered');
});
