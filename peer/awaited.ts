import { AirError, parse, walk, type Instruction } from '../air-grammar/index.ts';
import { decodeData, RunError } from '../interpreter/index.ts';
import type { Actor } from './actor.ts';
import { StartedFailure } from './errors.ts';

/** What a particle still waits for. */
export interface Awaited {
  /** The peer that must act; left out if this peer does not know the value of the script's variable. */
  readonly peerId?: string;
  /** `service.function`, or `canon`; left out if unknown. */
  readonly call?: string;
  /** How long it has been awaited, milliseconds. */
  readonly forMs: number;
  /** Why the particle could not be handed over. */
  readonly failure?: string;
}

/** The most awaited calls that a text names; a script may have thousands. */
const NAMED_MAX = 5;

/** The error of a started particle that expired: which peers are still awaited, for which call, and for how long. */
export function expiryFailure(actor: Actor, ourPeerId: string, nowMs: number): StartedFailure {
  const { id, ttl } = actor.header;
  const awaited = awaitedBy(actor, ourPeerId, nowMs);
  const names = awaited.slice(0, NAMED_MAX).map(one => textOf(one, ourPeerId));
  if (awaited.length > NAMED_MAX) names.push(`${awaited.length - NAMED_MAX} more`);
  const still = names.length === 0 ? 'nothing is awaited' : `still waiting for ${names.join('; ')}`;
  return new StartedFailure(
    'ERR_STARTED_EXPIRED',
    `particle \`${id}\` expired after its ttl of ${ttl} ms; ${still}`,
    {
      calls: [...actor.calls.values()].map(({ request }) => nameOf(request.serviceId, request.functionName)),
      sentTo: [...actor.sentTo.keys()],
      awaited,
    },
  );
}

function awaitedBy(actor: Actor, ourPeerId: string, nowMs: number): Awaited[] {
  const ours = [...actor.calls.values()].map(({ request, since }) => ({
    peerId: ourPeerId,
    call: nameOf(request.serviceId, request.functionName),
    forMs: nowMs - since,
  }));
  const named = new Set<string>();
  const theirs = requestedIn(actor).map(({ peerId, call }) => {
    const sent = peerId === undefined ? undefined : actor.sentTo.get(peerId);
    if (peerId !== undefined) named.add(peerId);
    return {
      ...(peerId !== undefined && { peerId }),
      call,
      forMs: nowMs - (sent?.since ?? actor.header.timestamp),
      ...(sent?.failure !== undefined && { failure: sent.failure }),
    };
  });
  const unnamed = [...actor.sentTo]
    .filter(([peerId]) => !named.has(peerId))
    .map(([peerId, { since, failure }]) => ({
      peerId,
      forMs: nowMs - since,
      ...(failure !== undefined && { failure }),
    }));
  return [
    ...ours,
    ...theirs,
    ...(theirs.some(({ peerId }) => peerId === undefined) || theirs.length === 0 ? unnamed : []),
  ];
}

/** Calls and canons that the data holds as passed on to a peer, still without a record. */
function requestedIn(actor: Actor): { peerId: string | undefined; call: string }[] {
  try {
    const instructions = instructionsOf(actor.header.script);
    const { states } = decodeData(actor.data, actor.header.signature, 'own');
    const found: { peerId: string | undefined; call: string }[] = [];
    for (const { kind, site } of states.values()) {
      const instruction = instructions.get(site.instruction);
      if (kind !== 'requested' || instruction === undefined) continue;
      found.push(...describe(instruction, actor.header.initPeerId));
    }
    return found;
  } catch (failure) {
    if (failure instanceof AirError || failure instanceof RunError) return [];
    throw failure;
  }
}

function instructionsOf(script: string): Map<number, Instruction> {
  const all = new Map<number, Instruction>();
  walk(parse(script).root, { enter: instruction => void all.set(instruction.index, instruction) });
  return all;
}

function describe(
  instruction: Instruction,
  initPeerId: string,
): { peerId: string | undefined; call: string }[] {
  if (!('peer' in instruction)) return [];
  const { peer } = instruction;
  const peerId = peer.kind === 'string' ? peer.value : peer.kind === 'initPeerId' ? initPeerId : undefined;
  if (instruction.kind !== 'call') return [{ peerId, call: 'canon' }];
  const { service, functionName } = instruction;
  const part = (operand: typeof service): string => (operand.kind === 'string' ? operand.value : '?');
  return [{ peerId, call: nameOf(part(service), part(functionName)) }];
}

const nameOf = (serviceId: string, functionName: string): string => `${serviceId}.${functionName}`;

function textOf({ peerId, call, forMs, failure }: Awaited, ourPeerId: string): string {
  const who =
    peerId === undefined ? 'another peer' : peerId === ourPeerId ? 'this peer' : `peer \`${peerId}\``;
  const what = call === undefined ? '' : `: \`${call}\``;
  const why = failure === undefined ? '' : ` (${failure})`;
  return `${who}${what}, for ${(forMs / 1000).toFixed(1)} s${why}`;
}
