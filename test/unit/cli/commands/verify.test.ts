import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { toBase64 } from '../../../../base/bytes.ts';
import { verifyCommand, type VerifyCommandOptions } from '../../../../cli/commands/verify.ts';
import { auditEntryCommand } from '../../../../cli/commands/audit-file.ts';
import { auditProveCommand } from '../../../../cli/commands/audit-prove.ts';
import { receiptCommand } from '../../../../cli/commands/receipt.ts';
import { signInception, signRotation } from '../../../../peer/index.ts';
import { idOf, signer } from '../../../support/cast.ts';
import { capture, folderOf } from '../../../support/cli.ts';
import { Forgery, FORGED_POST, pointsOf, POST, RECORDER, recordWorld } from '../../../support/recording.ts';
import { verificationSchema } from '../../../support/verification-schema.ts';

const text = await recordWorld({ scripts: [POST, FORGED_POST] });
const n = pointsOf(text);
const peers = Object.fromEntries(['alice', 'bob', 'carol'].map(name => [name, idOf(name)]));
const note = JSON.parse(new Forgery(text).lines.find(({ kind }) => kind === 'c')?.payload ?? '') as string;
const folder = folderOf({
  'r.beryl': text,
  kept: note,
  'trust.json': JSON.stringify({ peers, recorders: [RECORDER.peerId] }),
  'some.json': JSON.stringify({ peers: { bob: idOf('bob') }, recorders: [] }),
  'text.txt': 'hello',
});
const at = (name: string): string => join(folder, name);
const trust = at('trust.json');
const some = at('some.json');

beforeAll(() => {
  const all = { value: true, arguments: true };
  receiptCommand(at('r.beryl'), '1', { ...all, out: at('a.receipt') }, capture());
  auditProveCommand(at('r.beryl'), String(n.post), { out: at('a.proof') }, capture());
  auditProveCommand(at('r.beryl'), String(n.denied), { out: at('denied.proof') }, capture());
  auditEntryCommand(at('r.beryl'), '3', { out: at('a.tlog-proof') }, capture());
  const alter = (name: string, to: string, from: string, by: string): void =>
    writeFileSync(at(to), readFileSync(at(name), 'latin1').replace(from, by), 'latin1');
  alter('a.receipt', 'x.receipt', '"is_admin":true', '"is_admin":null');
  alter('a.proof', 'x.proof', '"is_admin":true', '"is_admin":null');
  alter('kept', 'x.kept', `\n${note.split('\n')[1]}\n`, '\n1\n');
  alter('a.tlog-proof', 'x.tlog-proof', '\nindex 3', '\nindex 2');
  writeFileSync(at('x.beryl'), new Forgery(text).change('decision', entry => ({ ...entry, time: 1 })).text);
});

interface Answer {
  readonly code: number;
  readonly text: string;
  readonly found: ReturnType<typeof verificationSchema.parse>['verifications'];
}
function verify(names: readonly string[], options: VerifyCommandOptions = {}): Answer {
  const [people, program] = [capture(), capture()];
  const paths = names.map(at);
  const code = verifyCommand(paths, options, people);
  expect(verifyCommand(paths, { ...options, json: true }, program)).toBe(code);
  const { exitCode, verifications } = verificationSchema.parse(JSON.parse(program.documents[0] ?? ''));
  expect(exitCode).toBe(code);
  return { code, text: people.listed, found: verifications };
}

describe('beryl verify', () => {
  it.each([
    ['a receipt', 'a.receipt', 'receipt'],
    ['a proof', 'a.proof', 'proof'],
    ['the proof of a denied call', 'denied.proof', 'proof'],
    ['a recording', 'r.beryl', 'recording'],
    ['a checkpoint', 'kept', 'checkpoint'],
    ['a log proof', 'a.tlog-proof', 'log-proof'],
  ])('%s under trusted keys: valid', (_, name, kind) => {
    const { code, found } = verify([name], { trust });
    expect(found).toMatchObject([{ kind, verdict: 'valid' }]);
    expect(code).toBe(0);
    expect(found[0]?.signers.every(signer => signer.name !== null)).toBe(true);
  });

  it.each([
    ['a receipt', 'x.receipt', 'ERR_RECEIPT_VALUE'],
    ['a proof', 'x.proof', 'ERR_PROOF_DATA'],
    ['a recording', 'x.beryl', 'checkpoint-root'],
    ['a checkpoint', 'x.kept', 'ERR_NOTE_SIGNATURE'],
    ['a log proof', 'x.tlog-proof', 'ERR_LOG_PROOF'],
  ])('%s that was altered: exit code 5, with its code', (_, name, code) => {
    const answer = verify([name], { trust });
    expect(answer.found).toMatchObject([{ verdict: 'invalid', code }]);
    expect(answer.code).toBe(5);
  });

  it.each(['a.proof', 'r.beryl', 'kept', 'a.tlog-proof'])('%s of strangers: exit code 6', name => {
    const { code, found } = verify([name], { trust: some });
    expect(found).toMatchObject([{ verdict: 'unproven' }]);
    expect(code).toBe(6);
  });

  it('a proof without a trust file is valid, and says that whose keys they are was not checked', () => {
    const { code, text: said } = verify(['a.proof']);
    expect(code).toBe(0);
    expect(said).toContain('you named no keys');
  });

  it('prints the whole tree of a proof, with names', () => {
    const { text: said } = verify(['a.proof'], { trust });
    expect(said).toMatch(/^valid: proof\ncarol \(12D3.*\) has made the call `blogSrv\.add_post`/);
    expect(said).toMatch(/argument 1 = "hello" ← literal of alice/);
    expect(said).toMatch(/argument 2 = true ← bob \(.*\) authSrv\.get_status\.\$\.is_admin {2}\[record /);
  });

  it('several files: recordings together, the gravest verdict counts', () => {
    const { code, found } = verify(['r.beryl', 'a.proof', 'x.proof'], { trust });
    expect(found.map(({ kind }) => kind)).toEqual(['recording', 'proof', 'proof']);
    expect(code).toBe(5);
  });

  it('a file that is nothing of Beryl: ERR_FILE_KIND', () => {
    expect(() => verify(['text.txt'])).toThrow(expect.objectContaining({ code: 'ERR_FILE_KIND' }));
  });
});

describe('keys that have changed', () => {
  const startedMs = (): number => Number(verify(['a.receipt'], { trust }).found[0]?.claims?.['timestamp']);
  /** Statements of bob: from `atMs` on his key is that of `next`. */
  const changed = (atMs: number, isRevoked: boolean, next = 'dave'): string => {
    const [bob, after] = [signer('bob'), signer('erin')];
    const inception = signInception(bob, idOf(next), 0);
    const step = { current: bob, next: signer(next), after: after.peerId, atMs, isRevoked };
    const statements = [inception, signRotation(inception, step)].map(toBase64);
    return join(folderOf({ 'bob.identity': JSON.stringify(statements) }), 'bob.identity');
  };
  /** Trust in bob by his new key alone. */
  const moved = join(
    folderOf({
      'trust.json': JSON.stringify({ peers: { ...peers, bob: idOf('dave') }, recorders: [RECORDER.peerId] }),
    }),
    'trust.json',
  );
  const FILES = ['a.receipt', 'a.proof', 'r.beryl'];

  it.each(FILES)('%s by a superseded key is valid for whoever follows the name', name => {
    const identity = [changed(startedMs() + 1, false)];
    expect(verify([name], { trust: moved }).code).toBeGreaterThan(0);
    const { code, found, text: said } = verify([name], { trust: moved, identity });
    const bob = found[0]?.signers.find(({ peerId }) => peerId === idOf('bob'));
    expect(bob).toMatchObject({
      name: 'bob',
      key: { identity: idOf('bob'), standing: 'superseded', isRevoked: false },
    });
    expect(said).toContain(`superseded key of ${idOf('bob')}`);
    expect(code).toBe(0);
  });

  it.each(FILES)('%s by a key that was revoked later proves less: nothing shows that it was later', name => {
    const identity = [changed(startedMs() + 1, true)];
    const { code, found, text: said } = verify([name], { trust, identity });
    const bob = found[0]?.signers.find(({ peerId }) => peerId === idOf('bob'));
    expect(bob).toMatchObject({ name: null, key: { standing: 'superseded', isRevoked: true } });
    expect(found[0]?.warnings.join()).toContain('was revoked');
    // The auditor did name it: that it does not count has another reason.
    expect(said).not.toContain(`did not name the key of ${idOf('bob')}`);
    expect(said).not.toContain(`did not name the key of peer ${idOf('bob')}`);
    expect(code).toBe(6);
  });

  it.each(FILES)('%s by a key that was revoked before is not valid', name => {
    const identity = [changed(startedMs() - 1, true)];
    const { code, found, text: said } = verify([name], { trust, identity });
    expect(found[0]).toMatchObject({ verdict: 'invalid', code: 'ERR_FILE_REVOKED_KEY' });
    expect(said).toContain('after its key was revoked');
    expect(said).toContain('used after revocation');
    expect(code).toBe(5);
  });

  it('the current key says so', () => {
    const inception = signInception(signer('bob'), idOf('dave'), 0);
    const file = join(folderOf({ i: JSON.stringify([toBase64(inception)]) }), 'i');
    const { code, found, text: said } = verify(['a.receipt'], { trust, identity: [file] });
    expect(found[0]?.signers.find(({ key }) => key !== undefined)?.key).toEqual({
      identity: idOf('bob'),
      standing: 'current',
      isRevoked: false,
    });
    expect(said).toContain(`current key of ${idOf('bob')}`);
    expect(code).toBe(0);
  });

  it('two histories of one name are refused', () => {
    const identity = [changed(startedMs() + 1, false), changed(startedMs() + 2, false)];
    expect(() => verify(['a.receipt'], { trust, identity })).toThrow(
      expect.objectContaining({ code: 'ERR_IDENTITY_CONFLICT' }),
    );
  });
});
