import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inspect } from 'node:util';
import { transformWithOxc } from 'vite';
import { describe, expect, it } from 'vitest';
import * as zod from 'zod';
import * as audit from '../../../audit/index.ts';
import * as interpreter from '../../../interpreter/index.ts';
import * as peer from '../../../peer/index.ts';
import * as services from '../../../services/index.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const page = readFileSync(join(ROOT, 'docs/services.md'), 'utf8');

/** What the examples may import. */
const modules: Readonly<Record<string, unknown>> = {
  'beryl/audit': audit,
  'beryl/interpreter': interpreter,
  'beryl/peer': peer,
  'beryl/services': services,
  zod,
};

interface Example {
  readonly line: number;
  readonly source: string;
  /** The text block that follows, if any stands directly behind. */
  readonly output: string | undefined;
}

const examples: Example[] = [...page.matchAll(/^```ts\n(.*?)^```\n(?:\n^```text\n(.*?)^```\n)?/gms)].map(
  found => ({
    line: page.slice(0, found.index).split('\n').length,
    source: found[1] ?? '',
    output: found[2],
  }),
);

const AsyncFunction = (async () => undefined).constructor as new (
  ...parts: string[]
) => (...given: unknown[]) => Promise<void>;

/** Runs an example as it stands, and returns what it printed. */
async function outputOf({ source }: Example): Promise<string> {
  const { code } = await transformWithOxc(source, 'example.ts');
  const body = code
    .replace(/^import (\{.*?\}) from "(.*?)";$/gm, 'const $1 = require("$2");')
    .replace(/^export default /gm, 'const example = ')
    .replace(/^export /gm, '');
  let printed = '';
  const log = (...values: unknown[]): void => {
    const words = values.map(value => (typeof value === 'string' ? value : inspect(value)));
    printed += `${words.join(' ').trimEnd()}\n`;
  };
  const require = (name: string): unknown => {
    if (!Object.hasOwn(modules, name)) throw new TypeError(`no module ${name}`);
    return modules[name];
  };
  await new AsyncFunction('require', 'console', body)(require, { log });
  return printed;
}

describe('docs/services.md', () => {
  it('has examples, most of them with their output', () => {
    expect(examples.length).toBeGreaterThanOrEqual(8);
    expect(examples.filter(({ output }) => output !== undefined).length).toBeGreaterThanOrEqual(7);
  });

  it.each(examples)('the example on line $line runs and prints what the page says', async example => {
    const printed = await outputOf(example);
    expect(printed).toBe(example.output ?? '');
  });

  /** The rows of the table under a heading: the names in their first column. */
  const namesUnder = (heading: string): string[] => {
    const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
    const cells = [...section.matchAll(/^\| (`[^|]*`) +\|/gm)].map(([, cell = '']) => cell);
    return cells.flatMap(cell => [...cell.matchAll(/`(\w+)(?:\(\))?`/g)].map(([, name = '']) => name));
  };
  const keysOf = (message: string): string[] =>
    [...message.matchAll(/`(\w+)`/g)].slice(1).map(([, name = '']) => name);
  const complaint = (make: () => unknown): string => {
    try {
      make();
      return '';
    } catch (error) {
      return String(error);
    }
  };

  it('names every key of a declaration and every option of createPeer', () => {
    const declaration = complaint(() =>
      services.defineService({ id: 's', functions: { f: { zzzzzz: 1 } } } as never),
    );
    expect(namesUnder('The declaration').toSorted()).toEqual(keysOf(declaration).toSorted());
    const options = complaint(() => peer.createPeer({ zzzzzz: 1 } as never));
    expect(namesUnder('Options of `createPeer`').toSorted()).toEqual(keysOf(options).toSorted());
  });
});
