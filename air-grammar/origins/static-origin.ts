import type { PeerOperand } from '../ast.ts';
import { matchesPattern, type GetterPattern } from './getter-pattern.ts';

/** What stands for a peer, service or function in the script: a text, the init peer, a variable, or nothing that is known. */
export type StaticName =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'initPeer' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'any' };

/** What an operand of a peer, service or function stands for. */
export function staticName(operand: PeerOperand): StaticName {
  if (operand.kind === 'string') return { kind: 'text', text: operand.value };
  return operand.kind === 'initPeerId' ? { kind: 'initPeer' } : { kind: 'variable', name: operand.name };
}

/**
 * Where a value can come from, as the script alone shows it: the kinds are those of origins at run time, and `any` for "anywhere",
 * where a list would be too long.
 */
export interface StaticOrigin {
  readonly kind: 'service' | 'literal' | 'composed' | 'error' | 'any';
  readonly peer: StaticName;
  /** Empty text for every kind but `service`. */
  readonly service: StaticName;
  readonly functionName: StaticName;
  readonly getter: GetterPattern;
  /** Of a result: the index of the call instruction. */
  readonly call: number | undefined;
  /** Of a composed value: where the values in it can come from. May lead back to the origin itself. */
  readonly parts: readonly StaticOrigin[];
}

/** Tetraplet and kind of an origin that was seen at run time. */
export interface SeenOrigin {
  readonly kind: string;
  readonly peerId: string;
  readonly serviceId: string;
  readonly functionName: string;
  readonly getter: string;
}

/** Whether an origin seen at run time is one of those that a static origin stands for. */
export function predicts(origin: StaticOrigin, seen: SeenOrigin, initPeerId: string): boolean {
  if (origin.kind === 'any') return true;
  if (origin.kind !== seen.kind) return false;
  // An error is the word of whichever peer had it, about whichever call.
  if (origin.kind === 'error') return true;
  return (
    isNamed(origin.peer, seen.peerId, initPeerId) &&
    isNamed(origin.service, seen.serviceId, initPeerId) &&
    isNamed(origin.functionName, seen.functionName, initPeerId) &&
    matchesPattern(origin.getter, seen.getter)
  );
}

function isNamed(name: StaticName, text: string, initPeerId: string): boolean {
  if (name.kind === 'text') return name.text === text;
  return name.kind === 'initPeer' ? text === initPeerId : true;
}

/** One line for people: ``field `.$.is_admin` of `auth.get_status` on peer `relay` ``. */
export function describeOrigin(origin: StaticOrigin): string {
  switch (origin.kind) {
    case 'any':
      return 'anywhere';
    case 'literal':
      return "a literal of the script's author";
    case 'error':
      return 'an error of this run';
    case 'composed':
      return `a value that the script puts together on ${peerText(origin.peer)}`;
    case 'service': {
      const what = `\`${nameText(origin.service)}.${nameText(origin.functionName)}\` on ${peerText(origin.peer)}`;
      return origin.getter === '' ? `the result of ${what}` : `\`${origin.getter}\` of ${what}`;
    }
  }
}

/** A name for people: a variable in parentheses. */
export function nameText(name: StaticName): string {
  if (name.kind === 'text') return name.text;
  if (name.kind === 'initPeer') return '%init_peer_id%';
  return name.kind === 'variable' ? `(${name.name})` : '(any)';
}

function peerText(name: StaticName): string {
  if (name.kind === 'initPeer') return 'the init peer';
  if (name.kind === 'any') return 'any peer';
  return name.kind === 'variable' ? `the peer in \`${name.name}\`` : `peer \`${name.text}\``;
}
