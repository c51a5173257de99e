import { describe, expect, it } from 'vitest';
import { GuestMemory, TextError } from '../../../../sandbox/thread/guest-memory.ts';

const memory = new WebAssembly.Memory({ initial: 1 });
const guest = new GuestMemory({ memory, alloc: () => 64 }, 100);

describe('texts in the memory of a guest', () => {
  it('are read as they were written', () => {
    expect(guest.read(guest.write('grüße'))).toBe('grüße');
  });

  it.each([
    ['no number', 'x'],
    ['beyond the memory', (65_530n << 32n) | 50n],
    ['at the end of 32 bits', (0xffff_ffffn << 32n) | 50n],
    ['longer than a text may be', 101n],
    ['a negative number', -1n],
  ])('%s', (_, packed) => {
    expect(() => guest.read(packed)).toThrow(TextError);
  });

  it('a text that is not UTF-8', () => {
    new Uint8Array(memory.buffer).set([0xff, 0xfe], 200);
    expect(() => guest.readAt(200, 2)).toThrow('not UTF-8');
  });
});
