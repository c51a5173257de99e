import { fromHex } from '../../base/bytes.ts';
import type { Data } from '../../interpreter/index.ts';
import { CborWriter } from '../../interpreter/cbor.ts';
import type { Site } from '../../interpreter/provenance/site.ts';

/**
 * Data as somebody can write it who keeps no rule: the parts of the encoding, none of which has to agree with another.
 *
 * @spec docs/spec/data.md
 */
export interface Wire {
  version: number;
  lastRequestId: number;
  peers: string[];
  states: WireState[];
  logs: WireLog[];
  values: Uint8Array[];
}

/** `requested` (0) has a peer, `pending` (1) a peer, a request id and a hash, `put` (2) a generation. */
export interface WireState {
  kind: number;
  site: WireSite;
  rest: (number | Uint8Array)[];
}

export interface WireSite {
  instruction: number;
  /** fold, item, fold, item, … */
  steps: (number | Uint8Array)[];
}

export interface WireLog {
  peer: number;
  records: Uint8Array[];
  signature: Uint8Array;
  /** Whether mallory signs what she has made of it. */
  isSignedAnew: boolean;
}

export function wireOf(data: Data): Wire {
  const peers: string[] = [];
  const indexOf = (peerId: string): number => {
    const known = peers.indexOf(peerId);
    return known === -1 ? peers.push(peerId) - 1 : known;
  };
  const states = [...data.states.values()].map((state): WireState => {
    const site = wireSite(state.site);
    if (state.kind === 'put') return { kind: 2, site, rest: [state.generation] };
    if (state.kind === 'requested') return { kind: 0, site, rest: [indexOf(state.by)] };
    return { kind: 1, site, rest: [indexOf(state.by), state.requestId, bytesOf(state.callHash)] };
  });
  const logs = [...data.logs.values()].map(({ peerId, records, signature }): WireLog => ({
    peer: indexOf(peerId),
    records: records.map(({ bytes }) => bytes),
    signature,
    isSignedAnew: false,
  }));
  const values = [...data.values.values()].map(({ bytes }) => bytes);
  return { version: 2, lastRequestId: data.lastRequestId, peers, states, logs, values };
}

export function writeWire(wire: Wire): Uint8Array {
  const cbor = new CborWriter();
  cbor.array(6);
  cbor.uint(wire.version);
  cbor.uint(wire.lastRequestId);
  cbor.array(wire.peers.length);
  for (const peer of wire.peers) cbor.text(peer);
  cbor.array(wire.states.length);
  for (const { kind, site, rest } of wire.states) {
    cbor.array(2 + rest.length);
    cbor.uint(kind);
    writeSite(cbor, site);
    writeParts(cbor, rest);
  }
  cbor.array(wire.logs.length);
  for (const { peer, records, signature } of wire.logs) {
    cbor.array(3);
    cbor.uint(peer);
    cbor.array(records.length);
    for (const record of records) cbor.bytes(record);
    cbor.bytes(signature);
  }
  cbor.array(wire.values.length);
  for (const value of wire.values) cbor.bytes(value);
  return cbor.finish();
}

export function writeSite(cbor: CborWriter, { instruction, steps }: WireSite): void {
  cbor.array(2);
  cbor.uint(instruction);
  cbor.array(steps.length);
  writeParts(cbor, steps);
}

function writeParts(cbor: CborWriter, parts: readonly (number | Uint8Array)[]): void {
  for (const part of parts) {
    if (typeof part === 'number') cbor.uint(part);
    else cbor.bytes(part);
  }
}

export const wireSite = ({ instruction, iterations }: Site): WireSite => ({
  instruction,
  steps: iterations
    .entries()
    .flatMap(({ fold, item }) => [fold, typeof item === 'number' ? item : bytesOf(item)]),
});

export const bytesOf = (hex: string): Uint8Array => fromHex(hex) as Uint8Array;

/** The place of a peer in the table, made if there is none. */
export function peerIndex(wire: Wire, peerId: string): number {
  const known = wire.peers.indexOf(peerId);
  return known === -1 ? wire.peers.push(peerId) - 1 : known;
}
