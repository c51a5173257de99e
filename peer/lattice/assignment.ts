import { sha256 } from '../../interpreter/index.ts';
import { PARTITIONS } from '../transports/nats/subjects.ts';

/** What a worker says of itself. */
export interface Beat {
  readonly member: string;
  /** The partitions that it has, each with the place of its claim: of two claims the later one holds. */
  readonly holds: ReadonlyMap<number, number>;
}

/** What a worker has to do next. */
export interface Plan {
  readonly take: readonly number[];
  /** What another worker should have. */
  readonly give: readonly number[];
  /** What another worker has claimed since. */
  readonly lost: readonly number[];
}

/** Which worker a partition belongs to: the one with the highest score, so a worker that comes or goes moves its own share only. */
export function ownerOf(partition: number, members: Iterable<string>): string | undefined {
  let owner: string | undefined;
  let highest = '';
  for (const member of members) {
    const score = scoreOf(partition, member);
    if (score <= highest) continue;
    [owner, highest] = [member, score];
  }
  return owner;
}

const scores = new Map<string, readonly string[]>();
const SCORES_MAX = 1024;

function scoreOf(partition: number, member: string): string {
  let known = scores.get(member);
  if (known === undefined) {
    known = Array.from({ length: PARTITIONS }, (_, i) => sha256(`${i} ${member}`).join('.'));
    if (scores.size >= SCORES_MAX) scores.clear();
    scores.set(member, known);
  }
  return known[partition] as string;
}

/** Partitions that may be without a worker because they move: while more wait to be taken, no worker gives its partitions away. */
const MOVED_AT_A_TIME = 8;

/**
 * Compares what a worker has with what it should have. A partition that another worker still has is not taken: that one gives it first, a
 * few at a time, so that most of them are worked on while they move, and those of a dead worker are taken first.
 *
 * @param others The other workers that live.
 */
export function planOf(self: Beat, others: readonly Beat[]): Plan {
  const members = [self.member, ...others.map(({ member }) => member)];
  const [take, moved, lost]: [number[], number[], number[]] = [[], [], []];
  let free = 0;
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const isMine = ownerOf(partition, members) === self.member;
    const claim = self.holds.get(partition);
    const claims = others.flatMap(({ holds }) => holds.get(partition) ?? []);
    if (claim === undefined) {
      if (claims.length > 0) continue;
      free += 1;
      if (isMine) take.push(partition);
    } else if (claims.some(other => other > claim)) lost.push(partition);
    else if (!isMine) moved.push(partition);
  }
  return { take, give: moved.slice(0, Math.max(0, MOVED_AT_A_TIME - free)), lost };
}
