import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, assertDenied, assertServed, callAs, testNetwork } from 'beryl/testing';
import service from './service.mjs';

const { idOf } = testNetwork();
const [author, clock, host] = ['author', 'clock', 'host'].map(idOf);
const as = callAs({ host, services: [service({ peers: { clock } })] });

test('a note with the time of the clock is kept', async () => {
  const now = answer(clock, 'peer', 'timestamp_sec');
  assertServed(
    await as(author)('my-service', 'add', ['hello', 1_700_000_000], { origins: [undefined, now] }),
    1,
  );
});

test('a time that the script wrote is refused', async () => {
  assertDenied(
    await as(author)('my-service', 'add', ['hello', 1_700_000_000]),
    /argument `at` has the wrong origin/,
  );
});

test('the same answer of another peer is refused', async () => {
  const told = answer(author, 'peer', 'timestamp_sec');
  const decision = await as(author)('my-service', 'add', ['hello', 1_700_000_000], {
    origins: [undefined, told],
  });
  assertDenied(decision, /argument `at` has the wrong origin/);
  assert.equal(decision.kind, 'denied');
});
