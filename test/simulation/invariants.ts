import { decodeData, verifyEquivocation } from '../../interpreter/index.ts';
import type { RefusalEvent, Store } from '../../peer/index.ts';

/** What must hold whatever happens, watched from outside of the peers. */
export type Invariant =
  /** Once everything is healed, each honest particle comes to its end. */
  | 'convergence'
  /** What a peer has acknowledged, to an observer, a client or a sender, stays stored. */
  | 'nothing lost'
  /** A piece of work is done under one idempotency key only, and changes the state once. */
  | 'nothing twice'
  /** No honest peer takes another honest one for a liar, and there is no proof that it lied. */
  | 'no conviction'
  /** Peers hold no more than their limits say, and nothing once all particles have ended. */
  | 'bounded memory'
  /** No promise rejects unheard. */
  | 'no loose end';

export interface Violation {
  readonly invariant: Invariant;
  readonly text: string;
  /** Particles that it is about, for who reads the history. */
  readonly particles?: readonly string[];
}

/** Work by name, with the keys under which it was done, and how often under each. */
export type Effects = Map<string, Map<string, number>>;

export function countEffect(effects: Effects, work: string, key: string): void {
  const keys = effects.get(work) ?? new Map<string, number>();
  effects.set(work, keys.set(key, (keys.get(key) ?? 0) + 1));
}

/** Work that was done under more than one key. */
export const underTwoKeys = (effects: Effects): readonly string[] =>
  [...effects].filter(([, keys]) => keys.size > 1).map(([work]) => work);

/** Work that was done more often than a peer had reason to: once, and once more for each interruption. */
export const withoutReason = (effects: Effects, interruptions: number): readonly string[] =>
  [...effects].filter(([, keys]) => Math.max(...keys.values()) > 1 + interruptions).map(([work]) => work);

/** Entries that a state holds more than once. */
export const repeated = <T>(done: readonly T[]): readonly T[] =>
  done.filter((entry, i) => done.indexOf(entry) !== i);

/** What was acknowledged and is not stored. */
export const missing = <T>(acknowledged: readonly T[], stored: readonly T[]): readonly T[] => {
  const kept = new Set(stored);
  return acknowledged.filter(one => !kept.has(one));
};

/** The list `done` in a service’s stored state. */
export async function storedWork(store: Store): Promise<readonly string[]> {
  const stored = await store.state('work');
  const done = [...((stored?.state as { done: string[] } | undefined)?.done ?? [])];
  for (const { path, value } of stored?.patches ?? [])
    if (path[0] === 'done') done[Number(path[1])] = value as string;
  return done;
}

/** Whether stored data holds all records that an acknowledged copy held. */
export function holdsRecords(stored: Uint8Array, copy: Uint8Array, particleSignature: Uint8Array): boolean {
  if (copy.length === 0) return true;
  const { logs } = decodeData(stored, particleSignature, 'stored');
  for (const [peerId, log] of decodeData(copy, particleSignature, 'acknowledged').logs)
    if ((logs.get(peerId)?.count ?? 0) < log.count) return false;
  return true;
}

/** Refusals that say nothing of the sender’s honesty: they speak of time, of room, or of somebody else. */
const HARMLESS = /_(EXPIRED|FUTURE|DENIED|BUSY|FULL|PAUSED|STOPPED|STORE|SIGNER)$/;

/**
 * Whether a refusal is directed against an honest peer.
 *
 * @param isHonest Of a peer id.
 * @param isClean Whether no malicious peer takes part in the particle: else data may hold what one of them put into it.
 */
export function convicts(
  { stage, from, evidence, code }: RefusalEvent,
  isHonest: (peerId: string) => boolean,
  isClean: boolean,
): boolean {
  if (evidence !== undefined && isHonest(verifyEquivocation(evidence).peerId)) return true;
  if (!isHonest(from)) return false;
  return stage === 'verification' ? isClean : !HARMLESS.test(code);
}
