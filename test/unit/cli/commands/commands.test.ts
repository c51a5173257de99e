import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { replayCommand } from '../../../../cli/commands/replay.ts';
import { evidenceCommand, receiptCommand } from '../../../../cli/commands/receipt.ts';
import { runCommand } from '../../../../cli/commands/run.ts';
import { verifyCommand } from '../../../../cli/commands/verify.ts';
import { capture, folderOf } from '../../../support/cli.ts';

const folder = folderOf({
  's.air': '(call b ("op" "identity") [n] x)',
  'n.json': '{"init":"a","clock":"virtual","peers":{"a":{},"b":{}},"variables":{"n":9223372036854775808}}',
});
const at = (name: string): string => join(folder, name);
const ALL = { value: true, arguments: true };

beforeAll(async () => {
  const output = capture();
  const options = { network: at('n.json'), record: at('r.beryl'), json: true };
  expect(await runCommand(at('s.air'), options, output)).toBe(0);
  expect(output.said).toMatch(
    /^b: `op\.identity` \[9223372036854775808\]\n[^]*outcome: ok\nrecorded \d+ runs and \d+ calls/,
  );
  expect(output.listed).toBe('');
  expect(output.documents.map(text => JSON.parse(text) as object)).toMatchObject([{ outcome: 'ok' }]);
});

describe('replay', () => {
  it.each([
    ['r.beryl', 0, 'replayed '],
    ['altered.beryl', 5, 'the replay differs: entry '],
    ['cut.beryl', 5, 'nothing was replayed: '],
  ])('%s: exit code %d', async (name, code, text) => {
    copyFileSync(at('r.beryl'), at('copy'));
    const recording = readFileSync(at('copy'), 'utf8');
    const texts: Record<string, string> = {
      'r.beryl': recording,
      'altered.beryl': recording.replace('"code":0', '"code":1'),
      'cut.beryl': `${recording.split('\n')[0]}\n{`,
    };
    const output = capture();
    const path = join(folderOf({ [name]: texts[name] as string }), name);
    expect(await replayCommand(path, { json: true }, output)).toBe(code);
    expect(output.said).toContain(text);
    expect(output.documents).toHaveLength(1);
  });
});

describe('receipt, verify', () => {
  it('lists to stdout, alone; with --json there is JSON alone', () => {
    const [listing, json] = [capture(), capture()];
    receiptCommand(at('r.beryl'), undefined, ALL, listing);
    expect(listing.listed).toMatch(/^1\. 12D3KooW\w+ `getDataSrv\.b` at site 1: ok/);
    expect(listing.said + listing.documents.join('')).toBe('');
    receiptCommand(at('r.beryl'), undefined, { ...ALL, json: true }, json);
    expect(json.documents).toHaveLength(1);
    expect(json.said + json.listed).toBe('');
  });

  it('writes one that verifies', () => {
    const output = capture();
    expect(receiptCommand(at('r.beryl'), '1', { ...ALL, out: at('one.receipt') }, output)).toBe(0);
    expect(output.said).toMatch(/written to .*, \d+ bytes\n$/);
    const verified = capture();
    expect(verifyCommand([at('one.receipt')], {}, verified)).toBe(0);
    expect(verified.listed).toMatch(
      /^valid: receipt\n12D3KooW\w+ has stated the result of `getDataSrv\.b`\n/,
    );
    expect(verified.listed).toContain('creation time claimed by the init peer: 2026-01-01T00:00:00.000Z');
  });

  it.each(['0', '99', 'x', '1e1', '-1', '٣'])('has no result `%s`', number => {
    const act = (): unknown => receiptCommand(at('r.beryl'), number, ALL, capture());
    expect(act).toThrow(expect.objectContaining({ code: 'ERR_RECEIPT_UNKNOWN' }) as Error);
  });
});

it('evidence finds no peer that signed conflicting records', () => {
  const output = capture();
  expect(evidenceCommand(at('r.beryl'), { json: true }, output)).toBe(0);
  expect(output).toMatchObject({ said: 'no peer signed conflicting records\n', documents: ['null'] });
});
