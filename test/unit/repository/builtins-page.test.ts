import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { signerOf } from '../../../interpreter/index.ts';
import { builtins } from '../../../services/index.ts';
import { builtinsPage, described } from '../../support/builtins-page.ts';

const PAGE = join(resolve(import.meta.dirname, '../../..'), 'docs/builtins.md');

it('docs/builtins.md describes every builtin function, and no other', () => {
  const definitions = builtins({
    clock: { now: () => 0, after: () => () => undefined },
    key: signerOf(new Uint8Array(32).fill(1)),
  });
  const names = definitions.flatMap(({ definition: { id, functions } }) =>
    [...functions.keys()].map(name => `${id}.${name}`),
  );
  expect([...described].toSorted()).toEqual(names.toSorted());
});

// `npm run docs` writes the page.
it('docs/builtins.md is what the definitions give', async () => {
  await expect(await builtinsPage(PAGE)).toMatchFileSnapshot(PAGE);
});
