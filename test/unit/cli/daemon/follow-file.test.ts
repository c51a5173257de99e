import { execFileSync } from 'node:child_process';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { takeFile } from '../../../../cli/daemon/follow-file.ts';
import { folderOf } from '../../../support/cli.ts';
import { until } from '../../../support/daemons.ts';

let end = (): void => undefined;
afterEach(() => end());

/** A file whose text `a` is taken, and what came of it. */
function scene() {
  const path = join(folderOf({ f: 'a' }), 'f');
  const taken: string[] = [];
  const failures: unknown[] = [];
  const file = takeFile(path, 'policy', text => {
    if (text.startsWith('bad')) throw new Error(text);
    taken.push(text);
  });
  const follow = (): void => void (end = file.follow(failure => void failures.push(failure)));
  return { path, taken, failures, follow };
}

it('takes a file at once, and each change once', async () => {
  const { path, taken, failures, follow } = scene();
  expect(taken).toEqual(['a']);
  follow();
  writeFileSync(path, 'b');
  await until(() => taken.length === 2, 'the change');
  writeFileSync(path, 'bad');
  await until(() => failures.length === 1, 'the mistake');
  writeFileSync(path, 'b');
  await until(() => taken.length === 3, 'the change back');
  expect(taken).toEqual(['a', 'b', 'b']);
});

it('takes what has changed after it was first read and before it is followed: a peer needs seconds to start', async () => {
  const { path, taken, follow } = scene();
  writeFileSync(path, 'b');
  follow();
  await until(() => taken.includes('b'), 'the change');
});

it('takes a file again that was away, with the same text too', async () => {
  const { path, taken, failures, follow } = scene();
  follow();
  rmSync(path);
  await until(() => failures.length === 1, 'the report');
  writeFileSync(`${path}.new`, 'a');
  renameSync(`${path}.new`, path);
  await until(() => taken.length === 2, 'the return');
});

it('a pipe in its place is reported: to open it must not keep the peer waiting', async () => {
  const { path, taken, failures, follow } = scene();
  follow();
  rmSync(path);
  execFileSync('mkfifo', [path]);
  await until(() => failures.length === 1, 'the report');
  expect(failures).toEqual([expect.objectContaining({ code: 'ERR_CLI_FILE' })]);
  expect(taken).toEqual(['a']);
});
