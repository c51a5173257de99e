import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/cli.ts';
import { CHROMIUM, openPage } from './chromium.ts';
import { servePackages, type PackageServer } from './package-server.ts';

// The packed package in a page: no bundler, no polyfill, nothing of Node. What it comes to there must be what it comes to in Node,
// byte for byte, although hashes and signatures are computed by other code.

const required = process.env['BERYL_REQUIRE_ALL'] !== undefined;
if (CHROMIUM === undefined && !required)
  process.stderr.write('browser: skipped, no Chromium found; set CHROMIUM, or apt-get install chromium\n');

const read = (path: string): unknown => JSON.parse(readFileSync(join(ROOT, 'test', path), 'utf8')) as unknown;
const INPUT = {
  receipts: read('conformance/vectors/receipt.json') as { refused: { code: string }[] },
  proofs: read('conformance/vectors/proof.json') as {
    proofs: { claims: object }[];
    refused: { code: string }[];
  },
  signatures: read('conformance/vectors/ed25519.json') as { verdict: boolean }[],
};

interface Seen {
  readonly response?: unknown;
  readonly code?: string;
  readonly posts: readonly unknown[];
  readonly denials: readonly string[];
  readonly refusals: readonly string[];
}
interface AuditVerdict {
  readonly content: string;
  readonly completeness: string;
  readonly findings: readonly string[];
}
interface Outcome {
  readonly honest: Seen;
  readonly wrongField: Seen;
  readonly altered: Seen;
  readonly receipt: { readonly receipt: string; readonly claims: object };
  readonly audit: { readonly honest: AuditVerdict; readonly bent: AuditVerdict };
  readonly vectors: {
    readonly receipts: readonly string[];
    readonly evidence: readonly string[];
    readonly refused: readonly string[];
    readonly proofs: readonly object[];
    readonly refusedProofs: readonly string[];
    readonly signatures: readonly boolean[];
  };
}

describe.skipIf(CHROMIUM === undefined && !required)('Beryl in a page', () => {
  let folder: string;
  let server: PackageServer | undefined;
  let inNode: Outcome;
  let inPage: Outcome;
  let page: { failure?: string; outcome: Outcome; userAgent: string; hasProcess: boolean };

  beforeAll(async () => {
    if (CHROMIUM === undefined) throw new Error('BERYL_REQUIRE_ALL is set, and there is no Chromium');
    folder = packed();
    server = await servePackages(folder, 'scenario.mjs', INPUT);
    page = (await openPage(CHROMIUM, server.url, server.result)) as typeof page;
    inPage = page.outcome;
    inNode = JSON.parse(
      execFileSync(
        process.execPath,
        [
          '--input-type=module',
          '--eval',
          `import { readFileSync } from 'node:fs';
          const { scenario } = await import(${JSON.stringify(join(folder, 'scenario.mjs'))});
          process.stdout.write(JSON.stringify(await scenario(JSON.parse(readFileSync(0, 'utf8')))));`,
        ],
        { input: JSON.stringify(INPUT), encoding: 'utf8', maxBuffer: 2 ** 26 },
      ),
    ) as Outcome;
  });
  afterAll(() => {
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('loads there, and it is a browser', () => {
    expect(page.failure).toBeUndefined();
    expect(page.userAgent).toContain('Chrome');
    expect(page.hasProcess).toBe(false);
  });

  it('accepts the honest post', () => {
    expect(inPage.honest).toMatchObject({ response: 1, posts: [{ id: 1, text: 'hello' }] });
    expect(inPage.honest.denials).toEqual([]);
  });

  it('denies the wrong field', () => {
    expect(inPage.wrongField).toMatchObject({ posts: [] });
    expect(inPage.wrongField.denials.join('\n')).toMatch(/^ERR_CALL_DENIED_GUARD\n.*has the wrong origin/s);
  });

  it('refuses what was altered on the way', () => {
    expect(inPage.altered).toMatchObject({ posts: [], denials: [] });
    expect(inPage.altered.refusals.join('\n')).toMatch(/^ERR_RUN_8 /);
  });

  it('takes a receipt of what Auth said', () => {
    expect(inPage.receipt.claims).toMatchObject({
      functionName: 'get_status',
      valueJson: '{"is_admin":true,"is_misbehaving":false}',
    });
  });

  it('records, and verifies the recording', () => {
    expect(inPage.audit.honest).toEqual({ content: 'equal', completeness: 'complete', findings: [] });
    expect(inPage.audit.bent.content).not.toBe('equal');
    expect(inPage.audit.bent.findings).not.toEqual([]);
  });

  it('gives the published vectors the published verdicts', () => {
    const { receipts, evidence, refused, proofs, refusedProofs, signatures } = inPage.vectors;
    expect(proofs).toEqual(INPUT.proofs.proofs.map(({ claims }) => claims));
    expect(refusedProofs).toEqual(INPUT.proofs.refused.map(({ code }) => code));
    expect(new Set([...receipts, ...evidence])).toEqual(new Set(['']));
    expect(refused).toEqual(INPUT.receipts.refused.map(({ code }) => code));
    expect(signatures).toEqual(INPUT.signatures.map(({ verdict }) => verdict));
  });

  it('comes to what it comes to in Node, byte for byte', () => expect(inPage).toEqual(inNode));
});

/** A folder with the packed package and the scenario. The package contains the code of its dependencies. */
function packed(): string {
  const folder = mkdtempSync(join(tmpdir(), 'beryl-page-'));
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'beryl'), { recursive: true });
  const packing = execFileSync('npm', ['pack', ROOT, '--ignore-scripts', '--json'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
  });
  const [{ filename }] = JSON.parse(packing) as [{ filename: string }];
  execFileSync('tar', ['-xzf', filename, '--strip-components=1', '-C', join(modules, 'beryl')], {
    cwd: folder,
  });
  cpSync(join(import.meta.dirname, 'scenario.mjs'), join(folder, 'scenario.mjs'));
  return folder;
}
