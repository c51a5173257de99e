import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  formatVerifierKey,
  KeyType,
  parseCheckpoint,
  parseProof,
  verifierKey,
  verifyInclusion,
} from '../../../../audit/index.ts';
import { sha256 } from '../../../../interpreter/index.ts';
import {
  auditCallsCommand,
  auditParticlesCommand,
  auditTimelineCommand,
} from '../../../../cli/commands/audit-list.ts';
import { auditEntryCommand, auditRedactCommand } from '../../../../cli/commands/audit-file.ts';
import { auditVerifyCommand } from '../../../../cli/commands/verify.ts';
import { auditDiffCommand, auditWhyCommand } from '../../../../cli/commands/audit-why.ts';
import { idOf } from '../../../support/cast.ts';
import { capture, folderOf } from '../../../support/cli.ts';
import {
  FORGED_POST,
  Forgery,
  ORIGIN,
  pointsOf,
  POST,
  RECORDER,
  recordWorld,
} from '../../../support/recording.ts';

const text = await recordWorld({ scripts: [POST, FORGED_POST] });
const n = pointsOf(text);
const peers = Object.fromEntries(['alice', 'bob', 'carol'].map(name => [name, idOf(name)]));
const checkpoint = JSON.parse(
  new Forgery(text).lines.find(({ kind }) => kind === 'c')?.payload ?? '',
) as string;
const witness = formatVerifierKey(verifierKey('w.example', idOf('dave'), KeyType.cosignature));
const folder = folderOf({
  'r.beryl': text,
  'trust.json': JSON.stringify({ peers, recorders: [RECORDER.peerId] }),
  'typo.json': '{"peer":{}}',
  policy: `log ${formatVerifierKey(verifierKey(ORIGIN, RECORDER.peerId))}\nwitness w ${witness}\nquorum w\n`,
  kept: checkpoint,
  'open.beryl': `${text.split('\n').slice(0, 30).join('\n')}\n`,
  'forged.beryl': new Forgery(text).change('decision', entry => ({ ...entry, time: 1 })).text,
  'empty.beryl': '',
  'hostile.beryl': await recordWorld({
    scripts: [POST.replace('"hello"', '"\\u001b[2J"').replace('hello', 'x')],
  }),
});
const at = (name: string): string => join(folder, name);
const trust = at('trust.json');

describe('audit verify', () => {
  it.each([
    ['everything trusted', 'r.beryl', { trust }, 0, 'content       equal\ncompleteness  complete\n'],
    ['nothing trusted', 'r.beryl', {}, 6, 'content       unknown-key\ncompleteness  unproven\n'],
    ['a kept checkpoint', 'r.beryl', { trust, checkpoint: [at('kept')] }, 0, 'content       equal\n'],
    ['a policy without its witness', 'r.beryl', { trust, policy: at('policy') }, 6, 'no-quorum'],
    ['a cut', 'open.beryl', { trust }, 6, 'completeness  open\n'],
    ['a forgery', 'forged.beryl', { trust }, 5, 'tampered: checkpoint-root'],
  ])('%s: exit code and first lines', (_, file, options, code, said) => {
    const output = capture();
    expect(auditVerifyCommand([at(file)], options, output)).toBe(code);
    expect(output.listed).toContain(said);
    expect(output.listed).toContain('not checked:');
    const json = capture();
    expect(auditVerifyCommand([at(file)], { ...options, json: true }, json)).toBe(code);
    expect(json.listed).toBe('');
    expect(JSON.parse(json.documents[0] ?? '')).toMatchObject({ format: 'beryl/audit-report/1' });
  });

  it.each([
    ['no recording', 'empty.beryl', {}, 'ERR_RECORDING_FORMAT'],
    ['a misspelt trust file', 'r.beryl', { trust: at('typo.json') }, 'ERR_TRUST_FILE'],
    ['a trust file that is none', 'r.beryl', { trust: at('r.beryl') }, 'ERR_TRUST_FILE'],
    ['a policy that is none', 'r.beryl', { policy: at('typo.json') }, 'ERR_LOG_POLICY'],
    ['a checkpoint that is none', 'r.beryl', { checkpoint: [at('typo.json')] }, 'ERR_NOTE_MALFORMED'],
    ['no file', 'nowhere', {}, 'ERR_CLI_FILE'],
  ])('%s is refused', (_, file, options, code) => {
    expect(() => auditVerifyCommand([at(file)], options, capture())).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it('the test’s checkpoint is one of the recorder', () => {
    expect(parseCheckpoint(checkpoint).checkpoint.origin).toBe(ORIGIN);
  });
});

describe('audit calls, timeline, particles', () => {
  it('list names for ids, and answers', () => {
    const output = capture();
    expect(auditCallsCommand([at('r.beryl')], { trust }, output)).toBe(0);
    const rows = output.listed.trimEnd().split('\n');
    expect(rows).toHaveLength(5);
    expect(rows[0]).toMatch(/^call +time +peer +particle +function +outcome +arguments → answer$/);
    expect(rows[2]).toMatch(
      new RegExp(`^${n.post} .* carol +b60300e0 +blogSrv\\.add_post +served .*"hello", true → 1$`),
    );
    expect(rows[3]).toContain('denied ERR_CALL_DENIED_GUARD');
  });

  it('filter, and give JSON', () => {
    const output = capture();
    auditCallsCommand([at('r.beryl')], { peer: 'carol', outcome: 'denied', json: true }, output);
    expect(JSON.parse(output.documents[0] ?? '')).toMatchObject([{ call: n.denied }]);
    const timeline = capture();
    auditTimelineCommand(
      [at('r.beryl')],
      { peer: 'bob', after: '2023-11-14T00:00:00Z', text: 'authSrv' },
      timeline,
    );
    expect(timeline.listed.trimEnd().split('\n')).toHaveLength(2);
    const particles = capture();
    auditParticlesCommand([at('r.beryl')], {}, particles);
    expect(particles.listed).toContain('1 denied, 1 served');
  });

  it('take ids as tables show them', () => {
    const listed = (command: typeof auditCallsCommand, options: object): string[] => {
      const output = capture();
      command([at('r.beryl')], options, output);
      return output.listed.trimEnd().split('\n').slice(1);
    };
    const carol = idOf('carol');
    const shown = `${carol.slice(0, 8)}…${carol.slice(-6)}`;
    for (const command of [auditCallsCommand, auditTimelineCommand, auditParticlesCommand]) {
      expect(listed(command, { peer: shown })).toEqual(listed(command, { peer: carol }));
      const some = listed(command, { particle: 'b60300e0' });
      expect(some.length).toBeGreaterThan(0);
      expect(some.length).toBeLessThan(listed(command, {}).length);
    }
    expect(() => listed(auditCallsCommand, { peer: carol.slice(0, 8) })).toThrow('write more of it');
    expect(() => listed(auditCallsCommand, { particle: 'b6' })).toThrow('no particle `b6`');
  });

  it('particles by peer, text and time', () => {
    const rows = (options: object): number => {
      const output = capture();
      auditParticlesCommand([at('r.beryl')], { ...options, json: true }, output);
      return (JSON.parse(output.documents[0] ?? '') as unknown[]).length;
    };
    expect(rows({})).toBe(2);
    expect(rows({ peer: 'bob' })).toBe(1);
    expect(rows({ peer: 'carol' })).toBe(2);
    expect(rows({ text: 'get_status' })).toBe(1);
    expect(rows({ before: '2023-11-14T00:00:00Z' })).toBe(0);
  });

  it.each([
    [{ outcome: 'x' }, '`x` is not an outcome'],
    [{ after: 'x' }, '`x` is not a time'],
  ])('refuse %j', (options, message) => {
    expect(() => auditCallsCommand([at('r.beryl')], options, capture())).toThrow(message);
  });

  it('show no control characters of a stranger', () => {
    const output = capture();
    auditCallsCommand([at('hostile.beryl')], {}, output);
    auditParticlesCommand([at('hostile.beryl')], {}, output);
    expect(output.listed).not.toContain('\u001b');
  });
});

describe('audit entry, audit redact', () => {
  it('take one entry out, with its proof', () => {
    const output = capture();
    expect(
      auditEntryCommand(at('r.beryl'), String(n.postDecision), { out: at('x.tlog-proof') }, output),
    ).toBe(0);
    expect(output.listed).toMatch(new RegExp(`^\\{"kind":"decision","n":${n.postDecision},`));
    const proof = parseProof(readFileSync(at('x.tlog-proof'), 'utf8'));
    const entry = output.listed.trimEnd();
    expect(verifyInclusion(proof, sha256(entry)).checkpoint).toMatchObject({ origin: ORIGIN, size: 29 });
    expect(() => verifyInclusion(proof, sha256(entry.replace('decision', 'decisions')))).toThrow(
      expect.objectContaining({ code: 'ERR_LOG_PROOF' }),
    );
    expect(() => auditEntryCommand(at('r.beryl'), '99', {}, capture())).toThrow(
      expect.objectContaining({ code: 'ERR_AUDIT_ENTRY' }),
    );
    expect(() => auditEntryCommand(at('r.beryl'), 'x', {}, capture())).toThrow(
      expect.objectContaining({ code: 'ERR_CLI_COMMAND' }),
    );
  });

  it('withhold values in a copy', () => {
    const output = capture();
    expect(auditRedactCommand(at('r.beryl'), { out: at('public.beryl'), values: true }, output)).toBe(0);
    expect(readFileSync(at('public.beryl'), 'utf8')).not.toContain('is_misbehaving');
    const verified = capture();
    expect(auditVerifyCommand([at('public.beryl')], { trust }, verified)).toBe(6);
    expect(verified.listed).toContain('content       withheld\ncompleteness  complete\n');
    expect(() => auditRedactCommand(at('r.beryl'), { out: at('x') }, capture())).toThrow(
      'say what to withhold',
    );
  });
});

describe('audit why, audit diff', () => {
  it('show the tree of origins', () => {
    const output = capture();
    expect(auditWhyCommand(at('r.beryl'), String(n.post), undefined, { trust }, output)).toBe(0);
    expect(output.listed.replace(/record [0-9a-f]{12}…/, 'record …')).toBe(
      [
        `call ${n.post}: carol blogSrv.add_post: served`,
        'argument 1 = "hello"',
        '  ← literal of alice = "hello"',
        'argument 2 = true',
        `  ← bob authSrv.get_status.$.is_admin, call ${n.status} = {"is_admin":true,"is_misbehaving":false}  [record …]`,
        '',
      ].join('\n'),
    );
    const one = capture();
    auditWhyCommand(at('r.beryl'), String(n.post), '1', { json: true }, one);
    expect(JSON.parse(one.documents[0] ?? '')).toMatchObject({ origins: [{ kind: 'literal' }] });
  });

  it.each([
    ['99', undefined, 'ERR_AUDIT_CALL'],
    ['x', undefined, 'ERR_CLI_COMMAND'],
    [String(n.post), '3', 'ERR_CLI_COMMAND'],
    [String(n.post), '0', 'ERR_CLI_COMMAND'],
  ])('refuse call %s, argument %s', (call, argument, code) => {
    expect(() => auditWhyCommand(at('r.beryl'), call, argument, {}, capture())).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it('compare recordings and particles', () => {
    const same = capture();
    expect(auditDiffCommand(at('r.beryl'), at('r.beryl'), {}, same)).toBe(0);
    expect(same.listed).toContain('2 equal calls, 0 that differ');
    const other = capture();
    writeFileSync(at('copy'), text);
    const sides = { left: 'b60300e028c2a4ead17960029c9ddb42', right: 'c02e2f0f7e5d89f1a5a8fb8d75c144c0' };
    expect(auditDiffCommand(at('copy'), undefined, sides, other)).toBe(5);
    expect(other.listed).toContain('0 equal calls, 4 that differ');
    expect(() => auditDiffCommand(at('copy'), undefined, {}, capture())).toThrow('name two recordings');
  });
});
