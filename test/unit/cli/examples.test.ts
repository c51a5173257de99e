import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readExamples } from '../../../cli/examples.ts';
import { folderOf, ROOT } from '../../support/cli.ts';

describe('readExamples', () => {
  it('reads those of this repository, in order', () => {
    const names = readExamples(join(ROOT, 'examples')).map(({ name }) => name);
    expect(names[0]).toBe('01-honest-post');
    expect(names).toEqual(names.toSorted());
  });

  it.each([
    ['not JSON', '{', /is not JSON/],
    ['of another shape', '{"title":"t"}', /is not an example/],
  ])('refuses a case.json that is %s', (_, text, message) => {
    const folder = folderOf({});
    mkdirSync(join(folder, '01'));
    writeFileSync(join(folder, '01', 'case.json'), text);
    const read = (): unknown => readExamples(folder);
    expect(read).toThrow(expect.objectContaining({ code: 'ERR_CLI_EXAMPLE' }) as Error);
    expect(read).toThrow(message);
  });
});
