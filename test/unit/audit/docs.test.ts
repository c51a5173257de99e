import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderOf, ROOT } from '../../support/cli.ts';
import { reportJsonSchema } from '../../support/report-schema.ts';
import { verificationJsonSchema } from '../../support/verification-schema.ts';
import { FORGED_POST, Forgery, POST, recordWorld } from '../../support/recording.ts';

const page = readFileSync(join(ROOT, 'docs/spec/recording.md'), 'utf8');
const [, verification = ''] = page.split('\n## Verification\n');

it('the page of the format names exactly the findings and gaps that the verifier knows', () => {
  const sources = readdirSync(join(ROOT, 'audit/verify'))
    .map(file => readFileSync(join(ROOT, 'audit/verify', file), 'utf8'))
    .join('\n');
  const named = new Set(
    [
      ...verification.matchAll(
        /`([a-z]+(?:-[a-z]+)+|reference|withheld|guards|handlers|patches|refusals|sends|expired|requests|rules|runs|times|limits|cosignature|mode)`/g,
      ),
    ].map(([, name]) => name as string),
  );
  const verdicts = ['policy-failed', 'unknown-key', 'tlog-proof'];
  for (const verdict of verdicts) named.delete(verdict);
  // Names of unreadable files are made from their codes.
  const unknown = [...named].filter(
    name => !sources.includes(`'${name}'`) && !/^(line|entry|content|size)-malformed$/.test(name),
  );
  expect(unknown).toEqual([]);
  const used = [
    ...sources.matchAll(
      /(?:name: |fault\(|malformed\(|differs\(|add\(|at\(placed, |pinnedFault\()\s*'([a-z]+(?:-[a-z]+)*)'/g,
    ),
  ].map(([, name]) => name as string);
  expect(used.length).toBeGreaterThan(25);
  expect([...new Set(used)].filter(name => !named.has(name)).toSorted()).toEqual([]);
});

it('the schema of reports is published as it is', () => {
  const published: unknown = JSON.parse(
    readFileSync(join(ROOT, 'docs/spec/audit-report.schema.json'), 'utf8'),
  );
  expect(published).toEqual(reportJsonSchema());
});

it('the schema of verifications is published as it is', () => {
  const path = join(ROOT, 'docs/spec/verification.schema.json');
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(verificationJsonSchema());
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

it.skipIf(!hasPython)(
  'the reader in Python reads a recording, and sees that a changed one does not fit',
  async () => {
    const [, reader = ''] = /```python\n(.*?)```/s.exec(page) ?? [];
    const text = await recordWorld({ scripts: [POST, FORGED_POST] });
    const folder = folderOf({ 'reader.py': reader, 'r.beryl': text });
    const run = (name: string): string => {
      const { stdout, stderr } = spawnSync('python3', [join(folder, 'reader.py'), join(folder, name)], {
        encoding: 'utf8',
      });
      expect(stderr).toBe('');
      return stdout;
    };
    expect(run('r.beryl')).toBe(
      `29 entries, last checkpoint fits\nbob authSrv.get_status []\ncarol blogSrv.add_post ['hello', True]\ncarol blogSrv.add_post ['hello', True]\nalice callbackSrv.response [${run('r.beryl').split('response [')[1]}`,
    );
    const forged = new Forgery(text).change('run', entry => ({ ...entry, time: 0 })).text;
    writeFileSync(join(folder, 'forged.beryl'), forged);
    expect(run('forged.beryl')).toContain('29 entries, last checkpoint does not fit');
  },
);
