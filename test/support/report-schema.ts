import { z } from 'zod';

/** The report of an audit, as docs/spec/audit-report.schema.json publishes it. Every report of the tests is held against it. */
const content = z.enum([
  'malformed',
  'tampered',
  'equivocation',
  'differs',
  'policy-failed',
  'unknown-key',
  'withheld',
  'equal',
]);
const completeness = z.enum(['unproven', 'open', 'complete']);
const uint = z.int().min(0);
const counts = z.record(z.string(), uint);

const finding = z.strictObject({
  content: content.exclude(['equal']),
  name: z.string().describe('stable; listed in docs/spec/recording.md'),
  message: z.string(),
  recording: uint.describe('which recording, from 0, in the order given'),
  line: uint.optional(),
  entry: uint.optional(),
  particle: z.string().optional().describe('signature of the particle, hex'),
  peerId: z.string().optional(),
  field: z.string().optional(),
  expected: z.string().optional().describe('as recorded'),
  actual: z.string().optional().describe('as it should be'),
  evidence: z.string().optional().describe('beryl/evidence/2, hex: `beryl verify` reads its bytes'),
});
const gap = z.strictObject({
  name: z.string(),
  message: z.string(),
  recording: uint,
  particle: z.string().optional(),
  peerId: z.string().optional(),
});
const recording = z.strictObject({
  origin: z.string(),
  recorder: z.string().nullable(),
  content,
  completeness,
  entries: uint,
  trustedEntries: uint,
  witnesses: z.array(z.string()),
  counts,
  rerun: uint,
});
const particle = z.strictObject({
  signature: z.string(),
  id: z.string(),
  initPeerId: z.string(),
  timestamp: z.number(),
  content,
  completeness,
  peers: z.array(
    z.strictObject({
      peerId: z.string(),
      name: z.string().optional(),
      content,
      completeness,
      runs: uint,
      calls: uint,
    }),
  ),
});

export const reportSchema = z.strictObject({
  format: z.literal('beryl/audit-report/1'),
  content,
  completeness,
  recordings: z.array(recording),
  particles: z.array(particle),
  findings: z.array(finding),
  moreFindings: uint,
  gaps: z.array(gap),
  moreGaps: uint,
  notChecked: z.array(z.strictObject({ name: z.string(), count: uint, message: z.string() })),
});

export const reportJsonSchema = (): object => ({
  title: 'Report of `beryl audit verify --json`',
  ...z.toJSONSchema(reportSchema),
});
