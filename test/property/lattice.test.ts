import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../peer/index.ts';
import { decide, BEAT_MS, Members } from '../../peer/lattice/members.ts';
import type { Beat } from '../../peer/lattice/assignment.ts';
import { PARTITIONS } from '../../peer/transports/nats/subjects.ts';

const WORKERS = 64;
const STEP_MS = 10;
const TICK_MS = BEAT_MS / 2;
/** Faults end here; afterwards everything must come to order. */
const FAULTS_MS = 12_000;
const END_MS = 24_000;
const SEEDS = process.env['BERYL_LONG'] === undefined ? 1 : 20;

/** The stream of one partition: what `PartitionLog` writes to. */
interface Log {
  last: number;
  value: number;
}

/** One worker with a clock of its own, which it reads only through `Members`. */
class Worker {
  readonly name: string;
  readonly members: Members;
  readonly holds = new Map<number, { claim: number; last: number; value: number }>();
  /** What reaches it, or what it does, while it is frozen waits. */
  frozenUntil = 0;
  isDead = false;
  readonly inbox: { atMs: number; work: () => void }[] = [];

  constructor(name: string, clock: () => number) {
    this.name = name;
    this.members = new Members({ now: clock, after: () => () => undefined }, name);
  }

  get beat(): Beat {
    return { member: this.name, holds: new Map([...this.holds].map(([p, { claim }]) => [p, claim])) };
  }
}

/** Plays workers that write to logs. @param isFenced Whether the server compares sequences, as it does. */
function play(seed: number, isFenced: boolean) {
  const random = seededRandom(seed);
  const logs: Log[] = Array.from({ length: PARTITIONS }, () => ({ last: 0, value: 0 }));
  /** Values that workers have acted upon, by partition: one that stands twice is a second history. */
  const released = logs.map(() => new Set<number>());
  let [forks, fenced, now] = [0, 0, 0];
  const create = (i: number): Worker => {
    // Clocks differ by up to a minute, and run up to 5 % too fast or too slow.
    const [offset, rate] = [(random.next() - 0.5) * 120_000, 0.95 + random.next() * 0.1];
    return new Worker(`w${i}`, () => Math.floor(1e6 + offset + now * rate));
  };
  const workers = Array.from({ length: WORKERS }, (_, i) => create(i));
  const later = (worker: Worker, work: () => void): void =>
    void worker.inbox.push({ atMs: now + STEP_MS * (1 + Math.floor(random.next() * 5)), work });

  /** The request is under way; then the server decides; then the worker learns of it, perhaps much later. */
  function write(worker: Worker, partition: number): void {
    const held = worker.holds.get(partition);
    const log = logs[partition] as Log;
    if (held === undefined) return;
    const { last, value } = held;
    later(worker, () => {
      if (isFenced && log.last !== last) {
        fenced += 1;
        if (worker.holds.get(partition) === held) worker.holds.delete(partition);
        return;
      }
      log.last += 1;
      log.value = value + 1;
      Object.assign(held, { last: log.last, value: value + 1 });
      const seen = released[partition] as Set<number>;
      if (seen.has(value + 1)) forks += 1;
      seen.add(value + 1);
    });
  }
  function claim(worker: Worker, partition: number): void {
    const log = logs[partition] as Log;
    const { last } = log;
    later(worker, () => {
      if (log.last !== last || worker.holds.has(partition)) return;
      log.last += 1;
      worker.holds.set(partition, { claim: log.last, last: log.last, value: log.value });
    });
  }
  function tick(worker: Worker): void {
    const todo = decide(worker.members, worker.beat);
    // It keeps what it has: what others have claimed meanwhile is fenced.
    if (todo === 'anew') worker.members.listen();
    const { beat } = worker;
    // Some beats are lost.
    for (const other of workers)
      if (!other.isDead && (now > FAULTS_MS || random.next() > 0.05))
        later(other, () => other.members.heard(beat));
    if (typeof todo === 'string') return;
    for (const partition of [...todo.lost, ...todo.give]) worker.holds.delete(partition);
    for (const partition of todo.take.slice(0, 8)) claim(worker, partition);
  }

  for (now = 0; now < END_MS; now += STEP_MS) {
    for (const [i, worker] of workers.entries()) {
      if (worker.isDead || now < worker.frozenUntil) continue;
      const due = worker.inbox.filter(({ atMs }) => atMs <= now);
      worker.inbox.splice(0, Infinity, ...worker.inbox.filter(({ atMs }) => atMs > now));
      for (const { work } of due) work();
      if ((now + i * STEP_MS) % TICK_MS === 0) tick(worker);
      if ((now + i * STEP_MS) % 100 === 0)
        for (const partition of worker.holds.keys()) write(worker, partition);
    }
    if (now % 200 === 0 && now < FAULTS_MS) {
      const i = Math.floor(random.next() * WORKERS);
      if (random.next() < 0.3) {
        // Killed, and replaced by a process that knows nothing.
        (workers[i] as Worker).isDead = true;
        workers[i] = create(i);
      } else (workers[i] as Worker).frozenUntil = now + random.next() * 6000;
    }
  }
  const owners = logs.map(
    (_, p) => workers.filter(({ holds }) => holds.get(p)?.last === logs[p]?.last).length,
  );
  return { forks, fenced, owners, values: logs.map(({ value }) => value) };
}

describe('64 workers that are frozen, killed, unheard, with clocks that differ and run unevenly', () => {
  it.each(Array.from({ length: SEEDS }, (_, i) => i + 1))(
    'released(p) has no value twice, and in the end each partition has one owner: seed %i',
    seed => {
      const { forks, fenced, owners, values } = play(seed, true);
      expect(forks).toBe(0);
      // The faults were real: some stale workers did write, and were refused.
      expect(fenced).toBeGreaterThan(0);
      expect(owners).toEqual(owners.map(() => 1));
      expect(Math.min(...values)).toBeGreaterThan(10);
    },
    120_000,
  );

  it('without the fence the same faults give second histories: leases alone are not safe', () => {
    expect(play(1, false).forks).toBeGreaterThan(0);
  }, 120_000);
});
