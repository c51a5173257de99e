import { expect, it } from 'vitest';
import { handClock } from '../../../support/hand-clock.ts';
import { decodeBeat, encodeBeat } from '../../../../peer/lattice/beat-codec.ts';
import { BEAT_MS, LEASE_MS, Members } from '../../../../peer/lattice/members.ts';

const beat = (member: string) => ({ member, holds: new Map<number, number>() });

it('counts others as alive as long as they are heard', () => {
  const clock = handClock(1000);
  const members = new Members(clock, 'a');
  members.heard(beat('b'));
  clock.advance(LEASE_MS);
  expect(members.others.map(({ member }) => member)).toEqual(['b']);
  clock.advance(1);
  expect(members.others).toEqual([]);
});

it('listens first; forgets at once who says that it goes', () => {
  const clock = handClock(1000);
  const members = new Members(clock, 'a');
  expect(members.isListening).toBe(true);
  clock.advance(BEAT_MS * 2);
  expect(members.isListening).toBe(false);
  members.heard(beat('b'));
  members.left('b');
  expect(members.others).toEqual([]);
});

it('knows that it is not heard when its own beats do not come back; then begins anew', () => {
  const clock = handClock(1000);
  const members = new Members(clock, 'a');
  members.heard(beat('a'));
  clock.advance(LEASE_MS);
  expect(members.hasLostLease).toBe(false);
  clock.advance(1);
  expect(members.hasLostLease).toBe(true);
  members.listen();
  expect([members.hasLostLease, members.isListening]).toEqual([false, true]);
});

it('a beat is read as it was written; other bytes are refused', () => {
  const message = {
    holds: new Map([
      [3, 70_000],
      [63, 1],
    ]),
    isNew: true,
    isLeaving: false,
  };
  expect(decodeBeat(encodeBeat(message))).toEqual(message);
  expect(() => decodeBeat(Uint8Array.of(0x84, 1))).toThrow(
    expect.objectContaining({ code: 'ERR_WIRE_FORMAT' }),
  );
  const outside = encodeBeat({ ...message, holds: new Map([[64, 1]]) });
  expect(() => decodeBeat(outside)).toThrow(expect.objectContaining({ code: 'ERR_WIRE_FIELD' }));
});
