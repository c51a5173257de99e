import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { forgetAll } from '../../../interpreter/forget.ts';
import { encodeData } from '../../../interpreter/index.ts';
import { decodeRecent } from '../../../interpreter/trace/recent-data.ts';
import { Bench } from '../../support/bench.ts';

const ROOT = resolve(import.meta.dirname, '../../../interpreter');

it('every file with a cache between runs can empty it', () => {
  const keeping = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts'))
    .filter(file =>
      /^(?:(?:const|let) \w+(?:: [^=]+)? = new (?:RecentMap|RecentHashes|WeakMap|WeakSet)|let \w+ = new Map)\b/m.test(
        readFileSync(join(ROOT, file), 'utf8'),
      ),
    );
  expect(keeping.length).toBeGreaterThanOrEqual(5);
  expect(keeping.filter(file => !readFileSync(join(ROOT, file), 'utf8').includes('onForget('))).toEqual([]);
});

it('reads again what was dropped from a cache', () => {
  const bench = new Bench('(call "alice" ("s" "f") [])');
  bench.run('alice');
  const read = () => decodeRecent(bench.data('alice'), bench.particleSignature, 'current');
  const known = read();
  expect(read()).toBe(known);
  forgetAll();
  expect(read()).not.toBe(known);
  expect(encodeData(read())).toEqual(bench.data('alice'));
});
