import { expect, it } from 'vitest';
import { handClock } from '../../../../support/hand-clock.ts';
import { Assembly, piecesOf } from '../../../../../peer/transports/nats/chunks.ts';

const MIB = 1024 * 1024;
const frame = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, (_, i) => i % 251);

it.each([0, 1, 768 * 1024, 768 * 1024 + 1, 3 * MIB])('puts a frame of %i bytes together again', size => {
  const assembly = new Assembly(handClock(0));
  const pieces = piecesOf(frame(size));
  const ends = pieces.map((bytes, index) =>
    assembly.push('alice', { frame: 'f', index, count: pieces.length }, bytes),
  );
  expect(ends.slice(0, -1).every(end => end === undefined)).toBe(true);
  expect(Buffer.compare(ends.at(-1) as Uint8Array, frame(size))).toBe(0);
  expect(assembly.bytes).toBe(0);
});

it('frames of several senders do not mix, even under one name', () => {
  const assembly = new Assembly(handClock(0));
  const push = (from: string, index: number, byte: number) =>
    assembly.push(from, { frame: 'f', index, count: 2 }, Uint8Array.of(byte));
  expect([push('alice', 0, 1), push('bob', 0, 3), push('alice', 1, 2), push('bob', 1, 4)]).toEqual([
    undefined,
    undefined,
    Uint8Array.of(1, 2),
    Uint8Array.of(3, 4),
  ]);
});

it('drops what breaks the order, and what changes its mind', () => {
  const assembly = new Assembly(handClock(0));
  const push = (index: number, count: number) =>
    assembly.push('m', { frame: 'f', index, count }, Uint8Array.of(1));
  expect([push(1, 2), push(0, 3), push(1, 2), push(0, 1)]).toEqual([
    undefined,
    undefined,
    undefined,
    Uint8Array.of(1),
  ]);
  expect(assembly.bytes).toBe(0);
});

it('bounds what one sender leaves unfinished, and forgets it in time', () => {
  const clock = handClock(0);
  const assembly = new Assembly(clock);
  for (let i = 0; i < 200; i++)
    assembly.push('mallory', { frame: `f${i}`, index: 0, count: 2 }, new Uint8Array(MIB));
  expect(assembly.bytes).toBeLessThanOrEqual(80 * MIB);
  expect(assembly.push('bob', { frame: 'b', index: 0, count: 1 }, Uint8Array.of(5))).toEqual(
    Uint8Array.of(5),
  );
  clock.advance(20_001);
  assembly.push('bob', { frame: 'c', index: 0, count: 1 }, Uint8Array.of(5));
  expect(assembly.bytes).toBe(0);
});
