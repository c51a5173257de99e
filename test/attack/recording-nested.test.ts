import { beforeAll, describe, expect, it } from 'vitest';
import {
  diffOf,
  EXPORT_FORMATS,
  memorySource,
  openRecording,
  type ExportFormatName,
} from '../../audit/index.ts';
import { CONTENT_DEPTH_MAX } from '../../audit/recording/json.ts';
import { utf8 } from '../../base/bytes.ts';
import { exported } from '../support/exported.ts';
import {
  FORGED_POST,
  Forgery,
  pointsOf,
  POST,
  recordWorld,
  TRUST,
  verifyText,
} from '../support/recording.ts';

// Goal:    an auditor’s tools fall over a file, so that nobody reads it.
// Means:   content that an entry names is nested a hundred thousand times, or holds null where something stands.
// Refused: content that is looked into has a greatest depth; what goes beyond it is a finding of its own.
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const nestedObject = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const NULLS =
  '{"arguments":[null,{"reason":null},{"reason":{"kind":"all-of","reasons":[null]}},{"reason":{"kind":"each","elements":[null,{"reason":null}]}}],"functionName":"add_post","policy":[null],"serviceId":"blogSrv"}';

let honest: string;
beforeAll(async () => {
  honest = await recordWorld({ scripts: [POST, FORGED_POST] });
});

/** The recording with other content in one place. */
function withContent(place: string, content: string): string {
  const forgery = new Forgery(honest);
  const hash = forgery.addText(content);
  const points = pointsOf(honest);
  const [kind, field] = place.split('.') as ['run', 'next'];
  const wanted: Record<string, number> = { request: points.denied, decision: points.deniedDecision };
  forgery.change(kind, entry =>
    wanted[kind] === undefined || wanted[kind] === entry.n ? { ...entry, [field]: hash } : undefined,
  );
  return forgery.tidy().withoutCheckpoints().text;
}

const PLACES = [
  'peer.rules',
  'particle.script',
  'run.next',
  'run.message',
  'request.origins',
  'decision.denial',
  'decision.patches',
  'decision.details',
  'decision.policy',
  'send.failure',
];

describe.each(PLACES)('%s', place => {
  it.each([
    ['arrays without end', nested(100_000)],
    ['objects without end', nestedObject(100_000)],
    ['no JSON', '{"a":'],
  ])('%s: malformed', (_, content) => {
    const { content: verdict, findings } = verifyText(withContent(place, content), { trust: TRUST });
    expect(verdict).toBe('malformed');
    expect(findings.map(({ name }) => name)).toContain('content-malformed');
  });

  it.each([['null'], ['5'], ['{}'], ['[[null]]'], ['[[[null,{"peerId":5}]],[]]'], [NULLS]])(
    '%s gives a verdict',
    content => {
      const forged = withContent(place, content);
      expect(verifyText(forged, { trust: TRUST }).findings).toBeInstanceOf(Array);
      const open = openRecording(memorySource(utf8(forged)));
      expect(diffOf({ open }, { open }).length).toBe(2);
    },
  );
});

describe('every reader goes on', () => {
  const forged = (): string => withContent('request.origins', nestedObject(100_000));

  it.each(Object.keys(EXPORT_FORMATS) as ExportFormatName[])('export as %s', format => {
    const text = (): string => exported(forged(), format, { withContent: true });
    // Nobody signs a statement about a malformed file.
    if (EXPORT_FORMATS[format].isSigned)
      expect(text).toThrow(expect.objectContaining({ code: 'ERR_AUDIT_EXPORT' }));
    else expect(text().length).toBeGreaterThan(0);
  });

  it('diff', () => {
    const [open, other] = [forged(), honest].map(text => openRecording(memorySource(utf8(text))));
    expect(diffOf({ open: open! }, { open: other! })).toMatchObject([
      { differences: [] },
      { differences: [{ name: 'blogSrv.add_post', fields: [{ field: 'origins' }] }] },
    ]);
  });
});

it('honest twin: content as deep as it may be is read, and an untouched recording is equal', () => {
  const names = (depth: number): string[] =>
    verifyText(withContent('decision.details', nested(depth)), { trust: TRUST }).findings.map(
      ({ name }) => name,
    );
  expect(names(CONTENT_DEPTH_MAX)).not.toContain('content-malformed');
  expect(names(CONTENT_DEPTH_MAX + 1)).toContain('content-malformed');
  expect(verifyText(honest, { trust: TRUST })).toMatchObject({ content: 'equal', completeness: 'complete' });
});
