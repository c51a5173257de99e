import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { MemorySink, Recorder } from '../../audit/index.ts';
import { execute, signerOf, verifyReceipt } from '../../interpreter/index.ts';
import { idOf } from '../support/cast.ts';
import { beryl, folderOf, ROOT } from '../support/cli.ts';
import { SignedBench } from '../support/signed-bench.ts';

const HONEST = join(ROOT, 'examples/01-honest-post');
const folder = folderOf({});
const recording = join(folder, 'run.beryl');
const file = join(folder, 'status.receipt');

beforeAll(() => {
  beryl([
    'run',
    join(HONEST, 'script.air'),
    '--network',
    join(HONEST, 'network.json'),
    '--record',
    recording,
  ]);
});

describe('beryl receipt', () => {
  it('lists the results of a recording', () => {
    const end = beryl(['receipt', recording]);
    expect(end.code).toBe(0);
    expect(end.stderr).toBe('');
    expect(end.stdout).toMatch(/^1\. 12D3KooW\w+ `getDataSrv\.auth` at site 1: ok "12D3KooW/);
    expect(end.stdout).toMatch(/^6\. 12D3KooW\w+ `authSrv\.get_status` at site 11: ok \{"is_admin":true/m);
    const list = JSON.parse(beryl(['receipt', recording, '--json']).stdout) as { functionName: string }[];
    expect(list.map(({ functionName }) => functionName).slice(5)).toEqual(['get_status', 'add_post']);
  });

  it('takes one out, which `beryl verify` verifies, and docs/cli.md shows', () => {
    expect(beryl(['receipt', recording, '6', '--out', file])).toMatchObject({ code: 0, stdout: '' });
    const end = beryl(['verify', file]);
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(ROOT, 'docs/cli.md'), 'utf8')).toContain(end.stdout);
    expect(JSON.parse(beryl(['verify', file, '--json']).stdout)).toMatchObject({
      exitCode: 0,
      verifications: [
        { kind: 'receipt', verdict: 'valid', claims: verifyReceipt(new Uint8Array(readFileSync(file))) },
      ],
    });
  });

  it('leaves value and arguments out with the options', () => {
    const { stdout } = beryl(['receipt', recording, '6', '--no-value', '--no-arguments', '--json']);
    const claims = JSON.parse(stdout) as Record<string, unknown>;
    expect(claims).toMatchObject({ functionName: 'get_status', outcome: 'ok' });
    expect(Object.keys(claims)).not.toContain('valueJson');
    expect(Object.keys(claims)).not.toContain('argumentsJson');
  });

  it.each([
    ['a number that there is not', ['receipt', recording, '99'], 'ERR_RECEIPT_UNKNOWN: unknown result `99`'],
    ['no number', ['receipt', recording, 'x'], 'ERR_RECEIPT_UNKNOWN: unknown result `x`'],
    ['no recording', ['receipt', join(HONEST, 'script.air')], 'ERR_RECORDING_FORMAT'],
    ['no file', ['receipt', '/nowhere'], 'ERR_CLI_FILE'],
    ['no place to write to', ['receipt', recording, '1', '--out', '/nowhere/x'], 'ERR_CLI_FILE'],
  ])('%s: exit code 2', (_, args, text) => {
    const end = beryl(args);
    expect(end.stderr).toContain(text);
    expect(end.code).toBe(2);
  });
});

/** The file is named: several may be given. */
const NOTHING_KNOWN = /ERR_FILE_KIND: `.*changed\.receipt`: this is nothing that Beryl verifies/u;

describe('beryl verify', () => {
  const changed = (change: (bytes: Buffer) => Buffer | void): string => {
    const bytes = readFileSync(file);
    const path = join(folder, 'changed.receipt');
    writeFileSync(path, change(bytes) ?? bytes);
    return path;
  };

  it('reports why a receipt proves nothing: exit code 5', () => {
    const path = changed(bytes => void bytes.write('"is_admin":null', bytes.indexOf('"is_admin":true')));
    const end = beryl(['verify', path, '--json']);
    expect(end.code).toBe(5);
    expect(JSON.parse(end.stdout)).toMatchObject({
      verifications: [{ verdict: 'invalid', code: 'ERR_RECEIPT_VALUE' }],
    });
    const { stdout } = beryl(['verify', path]);
    expect(stdout).toBe('not valid: the record is of another value (ERR_RECEIPT_VALUE)\n');
  });

  it.each<[name: string, change: (bytes: Buffer) => Buffer | void, text: string | RegExp]>([
    ['cut off', bytes => bytes.subarray(0, 500), 'ERR_RECEIPT_MALFORMED'],
    ['empty', () => Buffer.alloc(0), NOTHING_KNOWN],
    ['a text', () => Buffer.from('hello'), NOTHING_KNOWN],
    ['of another version', bytes => void bytes.write('1', 16), 'ERR_RECEIPT_VERSION'],
  ])('%s: exit code 2', (_, change, text) => {
    const end = beryl(['verify', changed(change)]);
    expect(end.stderr).toMatch(text);
    expect(end.code).toBe(2);
  });

  it('shows no control characters of a stranger', () => {
    const bench = new SignedBench(`(call "mallory" ("\n\u{1b}[2Kvalid\u{202e}" "f") [] v)`);
    const sink = new MemorySink();
    const recorder = new Recorder({ sink, origin: 'test', delayMs: 0 });
    record(recorder, bench, 'mallory', {});
    record(recorder, bench, 'mallory', { 1: '"\u{9b}2J"' });
    const path = join(folder, 'hostile.beryl');
    writeFileSync(path, sink.text());
    const { stdout, code } = beryl(['receipt', path]);
    expect(code).toBe(0);
    expect(stdout).toContain('`\\u{a}\\u{1b}[2Kvalid\\u{202e}.f` at site 0: ok "\\u{9b}2J"');
  });
});

describe('beryl evidence', () => {
  it('finds nothing where all were honest: exit code 0', () => {
    expect(beryl(['evidence', recording, '--json'])).toEqual({
      code: 0,
      stdout: 'null\n',
      stderr: 'no peer signed conflicting records\n',
    });
  });

  it('finds what carol refused, and writes it for a stranger: exit code 5', () => {
    const script = `(seq (call "mallory" ("s" "vote") [] v) (call "carol" ("s" "got") [v]))`;
    const [yes, no] = ['"yes"', '"no"'].map(answer => {
      const bench = new SignedBench(script);
      bench.run('mallory');
      bench.run('mallory', { results: { 1: answer } });
      return bench;
    }) as [SignedBench, SignedBench];
    const sink = new MemorySink();
    const recorder = new Recorder({ sink, origin: 'test', delayMs: 0 });
    record(recorder, yes, 'carol', {}, yes.data('mallory'));
    record(recorder, yes, 'carol', {}, no.data('mallory'));
    const path = join(folder, 'carol.beryl');
    const out = join(folder, 'carol.evidence');
    writeFileSync(path, sink.text());
    const end = beryl(['evidence', path, '--out', out, '--json']);
    expect(end.code).toBe(5);
    expect(end.stderr).toContain(`${idOf('mallory')} has signed two answers for one site`);
    expect(JSON.parse(end.stdout)).toMatchObject({ peerId: idOf('mallory'), conflict: 'site' });
    const verified = beryl(['verify', out]);
    expect(verified.stdout).toMatch(/^valid: evidence\n12D3KooW\w+ has signed two answers for one site\n/);
    expect(verified.code).toBe(0);
  });
});

/** Runs a peer, and keeps the step as a recorder does. */
function record(
  recorder: Recorder,
  bench: SignedBench,
  name: string,
  results: Record<number, string>,
  current?: Uint8Array,
): void {
  const options = { results, ...(current !== undefined && { current }) };
  const input = bench.input(name, options);
  const { secretKey, ...params } = input.params;
  const own = secretKey instanceof Uint8Array ? signerOf(secretKey) : secretKey;
  const signatures: Uint8Array[] = [];
  const signer = {
    peerId: own.peerId,
    sign(message: Uint8Array) {
      signatures.push(own.sign(message));
      return signatures.at(-1) as Uint8Array;
    },
  };
  const outcome = execute({ ...input, params: { ...params, secretKey: signer } });
  recorder.step({ input: { ...input, params }, outcome, signatures });
  bench.run(name, options);
}
