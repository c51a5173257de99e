import { decodeData, type Origin, type OriginKind, type Tetraplet } from '../../interpreter/index.ts';
import type { Recording } from '../recording/recording.ts';
import { rerun, type ParticleEntries } from '../verify/rerun.ts';
import { callsOfParticle, type RecordedCall } from './calls.ts';

/** A call, or something else that a value came from. JSON-representable. */
export interface LineageNode {
  /** `call:<number>`, `record:<peer>:<hash>`, or `value:<number>`: unique in its particle. */
  readonly id: string;
  readonly kind: OriginKind;
  /** Of the whole result; of a literal and of what a script put together with its getter. */
  readonly tetraplet: Tetraplet;
  /** Number of the call, if the recording has it. */
  readonly call?: number;
  /** The signed record, as the interpreter names it. */
  readonly record?: string;
  /** JSON text of a literal that is an argument; null where it is withheld. */
  readonly value?: string | null;
}

/** One node went into another one. */
export interface LineageLink {
  readonly from: string;
  readonly to: string;
  /** Which part of the result went in, such as `.$.is_admin`; empty for all of it. */
  readonly getter: string;
  /** Argument of the call, from 0; absent where the script put parts together. */
  readonly argument?: number;
  /** Peers that selected this value among others. */
  readonly selectors: readonly string[];
}

/** Where all arguments of all calls of one particle came from. */
export interface Lineage {
  readonly nodes: ReadonlyMap<string, LineageNode>;
  readonly links: readonly LineageLink[];
  /** The links to each node, by its id. */
  readonly into: ReadonlyMap<string, readonly LineageLink[]>;
  readonly calls: readonly RecordedCall[];
  /** Calls whose run cannot be run again: nothing is known of their arguments. */
  readonly unknown: readonly number[];
  /** There is more than {@link LINEAGE_NODES_MAX}. */
  readonly isCut: boolean;
}

/** Nodes of one particle beside the calls of the recording: the script decides how many there are. */
export const LINEAGE_NODES_MAX = 100_000;
const DEPTH_MAX = 1000;

/**
 * Runs a particle again and gives the origins of all arguments as a graph: one node for each call, for each record of a peer that
 * the recording does not hold, and for each value that the script wrote or put together. Follows what the interpreter derives from
 * signed records, not what the file says.
 */
export function lineageOf(recording: Recording, entries: ParticleEntries): Lineage {
  const graph = new LineageGraph(recording, entries);
  const requests = new Map<string, number>();
  const unknown = new Set<number>();
  for (const { n, run, id } of entries.requests.values()) {
    requests.set(`${run} ${id}`, n);
    unknown.add(n);
  }
  for (const { run, hindrance, ...again } of rerun(recording, entries)) {
    if (hindrance !== undefined || !('outcome' in again)) continue;
    const { outcome, input } = again;
    graph.learn(outcome.data, input.params.particleSignature);
    for (const [id, { origins }] of outcome.callRequests) {
      const call = requests.get(`${run.n} ${id}`);
      if (call === undefined) continue;
      graph.addCall(call, origins);
      unknown.delete(call);
    }
  }
  return graph.lineage([...unknown]);
}

class LineageGraph {
  readonly #calls: ReadonlyMap<number, RecordedCall>;
  readonly #bySite: ReadonlyMap<string, RecordedCall>;
  /** Site of a record, and the other way round; both with the peer. */
  readonly #sites = new Map<string, string>();
  readonly #records = new Map<string, string>();
  readonly #nodes = new Map<string, LineageNode>();
  readonly #links: LineageLink[] = [];
  readonly #into = new Map<string, LineageLink[]>();
  #made = 0;

  constructor(recording: Recording, entries: ParticleEntries) {
    const all = [...callsOfParticle(recording, entries)];
    this.#calls = new Map(all.map(call => [call.call, call]));
    this.#bySite = new Map(all.map(call => [`${call.peerId} ${call.site}`, call]));
  }

  learn(data: Uint8Array, signature: Uint8Array): void {
    if (data.length === 0) return;
    for (const { peerId, records } of decodeData(data, signature, 'recorded').logs.values())
      for (const { record, hash } of records) {
        this.#sites.set(`${peerId} ${hash}`, record.site.key);
        this.#records.set(`${peerId} ${record.site.key}`, hash);
      }
  }

  addCall(number: number, origins: readonly Origin[]): void {
    const call = this.#calls.get(number) as RecordedCall;
    const to = callId(number);
    for (const [argument, origin] of origins.entries())
      this.#link(origin, to, argument, call.arguments[argument], 0);
  }

  lineage(unknown: readonly number[]): Lineage {
    const nodes = new Map<string, LineageNode>();
    for (const call of this.#calls.values()) {
      const record = this.#records.get(`${call.peerId} ${call.site}`);
      const { peerId, service, function: name } = call;
      nodes.set(callId(call.call), {
        id: callId(call.call),
        kind: 'service',
        tetraplet: { peerId, serviceId: service, functionName: name, getter: '' },
        call: call.call,
        ...(record !== undefined && { record }),
      });
    }
    for (const [id, node] of this.#nodes) nodes.set(id, node);
    const calls = [...this.#calls.values()];
    return {
      nodes,
      links: this.#links,
      into: this.#into,
      calls,
      unknown,
      isCut: this.#made > LINEAGE_NODES_MAX,
    };
  }

  #link(
    origin: Origin,
    to: string,
    argument: number | undefined,
    value: string | null | undefined,
    depth: number,
  ): void {
    const from = this.#nodeOf(origin, value, depth);
    if (from === undefined) return;
    const { getter } = origin.tetraplet;
    const isWhole = origin.kind === 'literal' || origin.kind === 'composed';
    const link: LineageLink = {
      from,
      to,
      getter: isWhole ? '' : getter,
      ...(argument !== undefined && { argument }),
      selectors: [...origin.selectors],
    };
    this.#links.push(link);
    if (this.#into.get(to)?.push(link) === undefined) this.#into.set(to, [link]);
  }

  #nodeOf(origin: Origin, value: string | null | undefined, depth: number): string | undefined {
    const { kind, record } = origin;
    const { peerId, serviceId, functionName } = origin.tetraplet;
    if (record !== undefined) {
      const site = this.#sites.get(`${peerId} ${record}`);
      const call = site === undefined ? undefined : this.#bySite.get(`${peerId} ${site}`);
      if (call !== undefined) return callId(call.call);
    }
    const id = record === undefined ? `value:${this.#made}` : `record:${peerId}:${record}`;
    if (this.#nodes.has(id)) return id;
    this.#made += 1;
    if (this.#made > LINEAGE_NODES_MAX || depth >= DEPTH_MAX) return undefined;
    const isWhole = record !== undefined;
    this.#nodes.set(id, {
      id,
      kind,
      tetraplet: isWhole ? { peerId, serviceId, functionName, getter: '' } : { ...origin.tetraplet },
      ...(record !== undefined && { record }),
      ...(kind === 'literal' && value !== undefined && { value }),
    });
    for (const [i, one] of origin.arguments.entries()) this.#link(one, id, i, undefined, depth + 1);
    for (const one of origin.parts) this.#link(one, id, undefined, undefined, depth + 1);
    return id;
  }
}

const callId = (number: number): string => `call:${number}`;
