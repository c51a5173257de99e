import { describe, expect, it } from 'vitest';
import { boundedModule } from '../../../../sandbox/wasm/bounded-module.ts';
import { ByteReader, encodeNumber } from '../../../../sandbox/wasm/leb128.ts';
import { wasm } from '../../../support/sandbox-stage.ts';

describe('a bounded module', () => {
  it.each([
    ['(memory (export "memory") 1)', 4],
    ['(memory (export "memory") 1 2)', 2],
    ['(memory (export "memory") 1 65536)', 4],
  ])('%s grows to %i pages of 4', async (memory, most) => {
    const source = await wasm(
      `(module ${memory} (table 3 funcref) (func (export "f") (result i32) (memory.grow (i32.const 1))))`,
    );
    const { bytes, imports } = boundedModule(source, 4 * 65_536);
    expect(imports).toEqual([]);
    const { exports } = await WebAssembly.instantiate(await WebAssembly.compile(bytes), {});
    const grow = exports['f'] as () => number;
    let pages = 1;
    while (grow() !== -1) pages += 1;
    expect(pages).toBe(most);
  });

  it('names what it imports', async () => {
    const source = await wasm(
      '(module (import "beryl" "now" (func (result f64))) (memory (export "memory") 1))',
    );
    expect(boundedModule(source, 65_536).imports).toEqual(['beryl.now']);
  });
});

it.each([0, 1, 127, 128, 65_536, 2 ** 32 - 1])('numbers of the format: %i', value => {
  const reader = new ByteReader(Uint8Array.from(encodeNumber(value)));
  expect([reader.number(), reader.isDone]).toEqual([value, true]);
});
