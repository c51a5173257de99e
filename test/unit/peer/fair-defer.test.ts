import { expect, it } from 'vitest';
import { fairDefer } from '../../../peer/fair-defer.ts';

/** Turns of an event loop that are taken by hand, and a clock. */
function loop() {
  const turns: (() => void)[] = [];
  const clock = { ms: 0 };
  const defer = fairDefer(
    turn => void turns.push(turn),
    () => clock.ms,
  );
  return { turns, clock, defer, take: () => turns.shift()?.() };
}

it('lets the event loop go on after 8 ms of work, whoever did it; nobody is left out, and the order is kept', () => {
  const { turns, clock, defer, take } = loop();
  const done: number[] = [];
  for (let i = 0; i < 32; i++)
    defer(() => {
      clock.ms += 5;
      done.push(i);
    });
  expect(turns).toHaveLength(1);
  take();
  expect(done).toEqual([0, 1]);
  while (turns.length > 0) take();
  expect(done).toEqual(Array.from({ length: 32 }, (_, i) => i));
  expect(clock.ms).toBe(160);
});

it('what puts itself off again has its next turn after the others', () => {
  const { turns, defer, take } = loop();
  const done: string[] = [];
  const greedy = (): void => {
    done.push('greedy');
    if (done.length < 10) defer(greedy);
  };
  defer(greedy);
  defer(() => void done.push('other'));
  take();
  expect(done).toEqual(['greedy', 'other']);
  expect(turns).toHaveLength(1);
});

it('goes on after a piece of work that throws, and after a clock that was set back', () => {
  const { clock, defer, take } = loop();
  const done: string[] = [];
  defer(() => {
    throw new Error('a fault');
  });
  defer(() => {
    clock.ms -= 1000;
    done.push('back');
  });
  defer(() => void done.push('last'));
  expect(take).toThrow('a fault');
  take();
  expect(done).toEqual(['back']);
  take();
  expect(done).toEqual(['back', 'last']);
});
