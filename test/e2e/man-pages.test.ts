import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../support/cli.ts';
import { createProgram } from '../../cli/program.ts';
import { manPages } from '../../cli/man/pages.ts';

const FOLDER = join(ROOT, 'dist/man');
const { version, directories, files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  version: string;
  directories: { man: string };
  files: readonly string[];
};
const output = { say: () => undefined, list: () => undefined, json: () => undefined };
const pages = manPages(createProgram(version, output, () => undefined));

describe('man pages', () => {
  it('are in the package, one for each command, as the table of commands says', () => {
    expect(directories.man).toBe('dist/man');
    expect(files).toContain('dist');
    expect(readdirSync(FOLDER).toSorted()).toEqual(pages.map(({ file }) => file).toSorted());
    for (const { file, text } of pages) expect(readFileSync(join(FOLDER, file), 'utf8')).toBe(text);
  });

  const hasMan =
    spawnSync('man', ['--version']).status === 0 && spawnSync('groff', ['--version']).status === 0;
  it.skipIf(!hasMan).each(pages.map(({ file }) => file))('%s is read without a warning', file => {
    const args = ['--warnings', '-E', 'UTF-8', '-l', '-Tutf8', join(FOLDER, file)];
    const { stdout, stderr, status } = spawnSync('man', args, {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8', MANPAGER: 'cat', MANWIDTH: '80' },
    });
    expect([status, stderr]).toEqual([0, '']);
    // Bold is a character printed twice.
    expect(stdout.replaceAll(/.[\b]/g, '')).toMatch(/EXIT STATUS/);
  });
});
