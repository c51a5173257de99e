import { z } from 'zod';

/** What `beryl verify --json` prints, as docs/spec/verification.schema.json publishes it. */
const signer = z.strictObject({
  role: z.enum(['init-peer', 'peer', 'host', 'recorder', 'witness']),
  peerId: z.string(),
  name: z.string().nullable().describe('as your trust file calls it; null if you did not name this key'),
  key: z
    .strictObject({
      identity: z.string().describe('the stable name: peer id of the first key'),
      standing: z.enum(['current', 'superseded', 'after revocation']),
      isRevoked: z.boolean(),
      untilMs: z.number().optional().describe('when another key took its place, milliseconds since 1970'),
    })
    .optional()
    .describe('what statements of identity (`--identity`) say of the key, at the time that the file claims'),
});

const verification = z.strictObject({
  paths: z.array(z.string()).min(1).describe('recordings are verified together'),
  kind: z.enum(['receipt', 'evidence', 'proof', 'recording', 'checkpoint', 'log-proof', 'envelope']),
  verdict: z.enum(['valid', 'unproven', 'invalid']),
  code: z.string().optional().describe('why it is invalid; stable'),
  message: z.string().optional(),
  signers: z.array(signer),
  warnings: z.array(z.string()),
  claims: z.looseObject({}).optional().describe('what it proves, by kind; of recordings the audit report'),
});

export const verificationSchema = z.strictObject({
  format: z.literal('beryl/verification/1'),
  exitCode: z.union([z.literal(0), z.literal(5), z.literal(6)]),
  verifications: z.array(verification).min(1),
});

export const verificationJsonSchema = (): object => ({
  title: 'What `beryl verify --json` prints',
  ...z.toJSONSchema(verificationSchema),
});
