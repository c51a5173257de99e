import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { policySchema } from '../../../services/index.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const PAGE = join(ROOT, 'docs/spec/policy.schema.json');

// `npx vitest run test/unit/repository/policy-schema.test.ts -u` writes it; read the diff.
it('docs/spec/policy.schema.json is what the reader of policies accepts', async () => {
  const text = await format(JSON.stringify(policySchema()), {
    ...(await resolveConfig(PAGE)),
    filepath: PAGE,
  });
  await expect(text).toMatchFileSnapshot(PAGE);
});

it('docs/policies.md has every key', () => {
  const page = readFileSync(join(ROOT, 'docs/policies.md'), 'utf8');
  const { properties } = policySchema() as {
    properties: Record<string, { items?: { properties?: Record<string, unknown> } }>;
  };
  const keys = [...Object.keys(properties), ...Object.keys(properties['rules']?.items?.properties ?? {})];
  expect(keys.length).toBeGreaterThan(12);
  expect(keys.filter(key => key !== '$schema' && !page.includes(`\`${key}\``))).toEqual([]);
});
