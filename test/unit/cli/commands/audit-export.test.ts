import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditExportCommand, type AuditExportOptions } from '../../../../cli/commands/audit-export.ts';
import { capture, folderOf } from '../../../support/cli.ts';
import { Forgery, POST, recordWorld, RECORDER, TRUST } from '../../../support/recording.ts';

const text = await recordWorld({ scripts: [POST] });
const forged = new Forgery(text).change('run', run => ({ ...run, time: 0 })).text;
const folder = folderOf({
  'r.beryl': text,
  'forged.beryl': forged,
  'auditor.key': `${'ab'.repeat(32)}\n`,
  'short.key': 'ab',
  'peers.json': JSON.stringify({
    peers: Object.fromEntries([...TRUST.peers].map(([id, name]) => [name, id])),
    recorders: [RECORDER.peerId],
  }),
});
const at = (name: string): string => join(folder, name);
const run = (options: AuditExportOptions, path = at('r.beryl')): string => {
  const output = capture();
  expect(auditExportCommand([path], options, output)).toBe(0);
  return output.listed;
};

describe('beryl audit export', () => {
  it('prints what it writes', () => {
    const listed = run({ format: 'csv' });
    run({ format: 'csv', out: at('calls.csv') });
    expect(readFileSync(at('calls.csv'), 'utf8')).toBe(listed);
    expect(listed).toContain('"blogSrv","add_post","served"');
  });

  it('names peers as the trust file does', () => {
    const others = JSON.stringify({ peers: { Caroline: [...TRUST.peers.keys()][2] } });
    const trust = join(folderOf({ 'peers.json': others }), 'peers.json');
    expect(run({ format: 'csv', trust })).toContain('"Caroline"');
  });

  it('signs in-toto statements with the key of whoever exports', () => {
    const lines = run({ format: 'in-toto', key: at('auditor.key'), trust: at('peers.json') })
      .trimEnd()
      .split('\n');
    const keys = lines.map(
      line => (JSON.parse(line) as { signatures: { keyid: string }[] }).signatures[0]?.keyid,
    );
    expect(new Set(keys).size).toBe(1);
    const last = JSON.parse(lines.at(-1) ?? '') as { payload: string };
    expect(Buffer.from(last.payload, 'base64').toString()).toContain('BERYL_RECORDING_COMPLETE');
  });

  it.each<[code: string, message: RegExp, options: AuditExportOptions, path?: string]>([
    ['ERR_CLI_COMMAND', /`xml` is not a format; formats are json, csv/, { format: 'xml' }],
    ['ERR_CLI_COMMAND', /is not a format/, { format: '__proto__' }],
    ['ERR_CLI_COMMAND', /name your key with --key/, { format: 'in-toto' }],
    ['ERR_CLI_COMMAND', /a file of 64 hex digits/, { format: 'in-toto', key: at('short.key') }],
    ['ERR_CLI_COMMAND', /leave --content out/, { format: 'in-toto', content: true }],
    ['ERR_CLI_FILE', /is read by this command/, { format: 'csv', out: at('r.beryl') }],
    [
      'ERR_AUDIT_EXPORT',
      /`tampered`: no statement/,
      { format: 'in-toto', key: at('auditor.key') },
      at('forged.beryl'),
    ],
  ])('refuses with %s: %s', (code, message, options, path) => {
    expect(() => run(options, path)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as string }),
    );
    expect(readFileSync(at('r.beryl'), 'utf8')).toBe(text);
  });
});
