import type { Chance } from '../chance.ts';

export type ByteMutation = (bytes: number[], chance: Chance) => void;

/** The encoding itself: what no writer of ours makes. Places are where an item begins, or anywhere. */
export const BYTES: Readonly<Record<string, ByteMutation>> = {
  'bytes: one is another': (bytes, chance) => void (bytes[place(bytes, chance)] = chance.below(256)),
  'bytes: a bit': (bytes, chance) => {
    const at = place(bytes, chance);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.below(8));
  },
  'bytes: some left out': (bytes, chance) => void bytes.splice(place(bytes, chance), 1 + chance.below(8)),
  'bytes: some put in': (bytes, chance) =>
    void bytes.splice(place(bytes, chance), 0, ...chance.bytes(1 + chance.below(8))),
  'bytes: some copied': (bytes, chance) =>
    void bytes.copyWithin(place(bytes, chance), place(bytes, chance), place(bytes, chance)),
  'bytes: cut off': (bytes, chance) => void (bytes.length = place(bytes, chance)),
  'bytes: something after the end': (bytes, chance) => void bytes.push(...chance.bytes(1 + chance.below(3))),
  // One by one: there can be more of them than arguments of a call.
  'bytes: twice': bytes => {
    const { length } = bytes;
    for (let i = 0; i < length; i++) bytes.push(bytes[i] as number);
  },
  'bytes: a number that is not the shortest': (bytes, chance) => {
    const at = smallHead(bytes, chance);
    if (at === undefined) return;
    const [major, value] = [(bytes[at] as number) & 0xe0, (bytes[at] as number) & 0x1f];
    const width = chance.of([1, 2, 4, 8]);
    bytes.splice(at, 1, major | { 1: 24, 2: 25, 4: 26, 8: 27 }[width as 1], ...zeros(width - 1), value);
  },
  'bytes: another type': (bytes, chance) => {
    const at = smallHead(bytes, chance);
    if (at !== undefined) bytes[at] = (chance.below(8) << 5) | ((bytes[at] as number) & 0x1f);
  },
  'bytes: a length that lasts for ever': (bytes, chance) => {
    const at = smallHead(bytes, chance);
    if (at === undefined) return;
    bytes[at] = ((bytes[at] as number) & 0xe0) | 0x1f;
    bytes.push(0xff);
  },
  'bytes: a length beyond the data': (bytes, chance) => {
    const at = smallHead(bytes, chance);
    if (at === undefined) return;
    const claims = [
      [24, 255],
      [25, 255, 255],
      [26, 255, 255, 255, 255],
      [27, 0, 31, 255, 255, 255, 255, 255, 255],
      [27, ...zeros(8, 255)],
    ];
    const [width = 24, ...claim] = chance.of(claims);
    bytes.splice(at, 1, ((bytes[at] as number) & 0xe0) | width, ...claim);
  },
  'bytes: anything': (bytes, chance) =>
    void bytes.splice(0, bytes.length, ...chance.bytes(chance.below(200))),
};

const zeros = (count: number, instead = 0): number[] => Array.from({ length: count }, () => instead);

const place = (bytes: readonly number[], chance: Chance): number => chance.below(bytes.length + 1);

/** A byte that can be the head of an item whose number stands in it: near the beginning more often, where all are heads. */
function smallHead(bytes: readonly number[], chance: Chance): number | undefined {
  for (let tries = 0; tries < 20; tries++) {
    const at = chance.is(0.3) ? chance.below(4) : chance.below(bytes.length);
    const byte = bytes[at];
    if (byte !== undefined && (byte & 0x1f) < 24 && [0, 2, 3, 4].includes(byte >> 5)) return at;
  }
  return undefined;
}
