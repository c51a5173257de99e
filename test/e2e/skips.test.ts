import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ROOT } from '../support/cli.ts';
import { MAY_BE_SKIPPED } from '../support/skips.ts';

// Inside `node_modules`, so that `vitest` is found and no other run takes these files for tests.
mkdirSync(join(ROOT, 'node_modules'), { recursive: true });
const folder = mkdtempSync(join(ROOT, 'node_modules/.beryl-skips-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(
  join(folder, 'vitest.config.ts'),
  `import { reporters } from '../../test/support/skips.ts';
  export default { test: { root: ${JSON.stringify(folder)}, include: ['*.test.ts'], exclude: [], reporters: reporters() } };`,
);
writeFileSync(
  join(folder, 'missing.test.ts'),
  `import { it } from 'vitest'; it.skipIf(true)('needs a program', () => undefined); it('runs', () => undefined);`,
);
writeFileSync(join(folder, 'whole.test.ts'), `import { it } from 'vitest'; it('runs', () => undefined);`);

function end(file: string, requireAll: boolean) {
  const { BERYL_REQUIRE_ALL: _, ...env } = process.env;
  return spawnSync('npx', ['vitest', 'run', '--config', join(folder, 'vitest.config.ts'), file], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...env, ...(requireAll && { BERYL_REQUIRE_ALL: '1' }) },
  });
}

it('a skipped test fails the run where everything must run', () => {
  const { status, stderr } = end('missing', true);
  expect(stderr).toContain('  missing.test.ts > needs a program');
  expect(status).toBe(1);
});

it.each([
  ['nothing is skipped', 'whole', true],
  ['a laptop lacks a program', 'missing', false],
])('the run succeeds if %s', (_, file, requireAll) => expect(end(file, requireAll).status).toBe(0));

it('CI requires everything', () => {
  expect(readFileSync(join(ROOT, '.ci/run'), 'utf8')).toMatch(/^export BERYL_REQUIRE_ALL=1$/m);
});

it('each exception is the title of a test that exists', { timeout: 300_000 }, () => {
  const config = join(folder, 'titles.config.ts');
  writeFileSync(config, `export default { test: { root: ${JSON.stringify(ROOT)} } };`);
  const files = [...new Set(MAY_BE_SKIPPED.map(({ file }) => file))];
  const { stdout } = spawnSync('npx', ['vitest', 'list', '--config', config, ...files, '--json'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const tests = JSON.parse(stdout) as { name: string; file: string }[];
  for (const { file, test } of MAY_BE_SKIPPED)
    expect(
      tests.some(one => one.file === join(ROOT, file) && test.test(one.name)),
      `${file}: ${test}`,
    ).toBe(true);
});
