import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../support/cli.ts';

/** The files of the package, as `npm pack` says. */
function packedFiles(): string[] {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const [pack] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  return pack.files.map(({ path }) => path);
}

it('every link of a packed page leads to a file or a folder of the package', () => {
  const files = new Set(packedFiles());
  const folders = new Set<string>();
  for (const file of files) for (let at = dirname(file); at !== '.'; at = dirname(at)) folders.add(at);
  const pages = [...files].filter(file => file.endsWith('.md'));
  const links = pages.flatMap(page =>
    [...readFileSync(join(ROOT, page), 'utf8').matchAll(/\]\(([^)\s#]+)(?:#[^)\s]*)?\)/g)]
      .map(([, target = '']) => target)
      .filter(target => !/^[a-z]+:/.test(target))
      .map(target => [page, posix.normalize(posix.join(dirname(page), target)).replace(/\/$/, '')] as const),
  );
  expect(links.length).toBeGreaterThan(200);
  expect(links.filter(([, target]) => !files.has(target) && !folders.has(target))).toEqual([]);
  // Links to tests need the tests, not what they import.
  expect([...files].filter(file => file.startsWith('test/support/'))).toEqual([]);
});
