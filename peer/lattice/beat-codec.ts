import { CborReader, CborWriter } from '../../interpreter/index.ts';
import { PARTITIONS } from '../transports/nats/subjects.ts';
import { readTagged } from '../wire/fields.ts';

const TAG = 'beryl/beat/1';
const FIELDS = 4;

/** What a worker tells the others. */
export interface BeatMessage {
  readonly holds: ReadonlyMap<number, number>;
  /** It has just come: the others answer at once. */
  readonly isNew: boolean;
  /** It goes, and has nothing any more. */
  readonly isLeaving: boolean;
}

export function encodeBeat({ holds, isNew, isLeaving }: BeatMessage): Uint8Array {
  const writer = new CborWriter();
  writer.array(FIELDS);
  writer.text(TAG);
  writer.uint(Number(isNew));
  writer.uint(Number(isLeaving));
  writer.array(holds.size * 2);
  for (const [partition, claim] of holds) {
    writer.uint(partition);
    writer.uint(claim);
  }
  return writer.finish();
}

/** @throws {WireError} For any other bytes. */
export function decodeBeat(bytes: Uint8Array): BeatMessage {
  const reader = new CborReader(bytes);
  return readTagged(reader, TAG, FIELDS, () => {
    const isNew = reader.uint(1) === 1;
    const isLeaving = reader.uint(1) === 1;
    const holds = new Map<number, number>();
    for (let left = reader.array(PARTITIONS * 2); left > 1; left -= 2)
      holds.set(reader.uint(PARTITIONS - 1), reader.uint());
    return { holds, isNew, isLeaving };
  });
}
