import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../../base/bytes.ts';
import { verifyCommand } from '../../../../cli/commands/verify.ts';
import { signerOf } from '../../../../interpreter/index.ts';
import { routeOf, sealFrame, splitFrame } from '../../../../peer/index.ts';
import { idOf, seedOf } from '../../../support/cast.ts';
import { capture, folderOf } from '../../../support/cli.ts';
import { verificationSchema } from '../../../support/verification-schema.ts';

const claims = {
  route: routeOf(idOf('bob'), 'particle', new Uint8Array(64)),
  iatMs: Date.UTC(2026, 0, 1),
  expMs: Date.UTC(2026, 0, 2),
  nonce: new Uint8Array(16),
};
const { envelope } = splitFrame(sealFrame(signerOf(seedOf('alice')), utf8('payload'), claims));
const folder = folderOf({ 'trust.json': JSON.stringify({ peers: { alice: idOf('alice') }, recorders: [] }) });
const at = (name: string): string => join(folder, name);
const verify = (bytes: Uint8Array, options: object = {}) => {
  writeFileSync(at('e'), bytes);
  const [people, program] = [capture(), capture()];
  const code = verifyCommand([at('e')], options, people);
  verifyCommand([at('e')], { ...options, json: true }, program);
  const { verifications } = verificationSchema.parse(JSON.parse(program.documents[0] ?? ''));
  return { code, text: people.listed, found: verifications[0] };
};

describe('beryl verify, with the envelope of a hop', () => {
  it('honest twin: says who sent what where and when, and whose key it is', () => {
    const { code, text, found } = verify(envelope, { trust: at('trust.json') });
    expect(code).toBe(0);
    expect(found).toMatchObject({
      kind: 'envelope',
      verdict: 'valid',
      signers: [{ role: 'host', peerId: idOf('alice'), name: 'alice' }],
    });
    expect(text).toContain(`${idOf('alice')} has sent a frame to ${claims.route}`);
    expect(text).toContain('made       2026-01-01T00:00:00.000Z, to be taken until 2026-01-02T00:00:00.000Z');
  });

  it('an altered one proves nothing', () => {
    const altered = envelope.slice();
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
    expect(verify(altered)).toMatchObject({
      code: 5,
      found: { verdict: 'invalid', code: 'ERR_ENVELOPE_SIGNATURE', signers: [] },
    });
  });
});
