import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readPolicyFile } from '../../../cli/policy-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'beryl-policy-'));
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['text that is not JSON', '{'],
  ['JSON that is not a policy', '{ "rulez": [] }'],
  ['lists in lists, more than there is stack for', '['.repeat(100_000) + ']'.repeat(100_000)],
])('refuses %s', (name, text) => {
  const path = join(folder, `${name.length}.json`);
  writeFileSync(path, text);
  expect(() => readPolicyFile(path)).toThrow(
    expect.objectContaining({ code: 'ERR_CLI_POLICY', details: { path } }),
  );
});

it('refuses a file that is missing', () => {
  expect(() => readPolicyFile(join(folder, 'none'))).toThrow(
    expect.objectContaining({ code: 'ERR_CLI_FILE' }),
  );
});
