import { toHex } from '../../base/bytes.ts';
import { printableJson } from '../../base/printable.ts';
import type { LineageNode } from '../query/lineage.ts';
import { exportedParticles, type ExportedParticle, type ExportSource } from './source.ts';

/** Statements of one kind by their identifier. */
type Statements = Record<string, Record<string, unknown>>;

/**
 * PROV-JSON (W3C member submission of 2013): a bundle for each particle. Calls are activities, peers agents; results, arguments and
 * literals are entities, each argument derived from the result that it is a part of (`beryl:getter`).
 */
export function* exportProv(source: ExportSource): Generator<string> {
  const prefix: Record<string, string> = { beryl: 'urn:beryl:prov#' };
  const entity: Statements = {};
  for (const [at, { recording }] of source.recordings.entries()) {
    const start = recording.find(0, 'start');
    prefix[`r${at}`] = `urn:beryl:recording:${encodeURIComponent(start?.origin ?? String(at))}#`;
    entity[`r${at}:recording`] = {
      'prov:type': 'beryl:Recording',
      'beryl:origin': start?.origin ?? '',
      'beryl:root': toHex(recording.leaves.root()),
      'beryl:entries': recording.size,
      ...(typeof start?.recorder === 'string' && { 'beryl:recorder': start.recorder }),
    };
  }
  yield `{"prefix":${JSON.stringify(prefix)},`;
  let last: string | undefined;
  yield `"bundle":{`;
  for (const exported of exportedParticles(source)) {
    const { at, entries } = exported;
    const id = `r${at}:particle-${entries.particle.n}`;
    entity[id] = {
      'prov:type': { $: 'prov:Bundle', type: 'prov:QUALIFIED_NAME' },
      'beryl:particle': entries.particle.signature,
    };
    if (last !== undefined) yield `${last},`;
    last = printableJson(
      `${JSON.stringify(id)}:${JSON.stringify(new Bundle(exported, source, prefix).statements())}`,
    );
  }
  if (last !== undefined) yield last;
  yield '},';
  yield printableJson(`"entity":${JSON.stringify(entity)}}`);
}

class Bundle {
  readonly #exported: ExportedParticle;
  readonly #source: ExportSource;
  readonly #prefix: Record<string, string>;
  readonly #kinds: Record<string, Statements> = {};
  #count = 0;

  constructor(exported: ExportedParticle, source: ExportSource, prefix: Record<string, string>) {
    this.#exported = exported;
    this.#source = source;
    this.#prefix = prefix;
  }

  statements(): object {
    const { lineage } = this.#exported;
    for (const node of lineage.nodes.values()) if (node.call === undefined) this.#addValue(node);
    for (const call of lineage.calls) this.#addCall(call);
    for (const link of lineage.links) {
      const target = lineage.nodes.get(link.to);
      const origin = lineage.nodes.get(link.from);
      if (target === undefined || origin === undefined) continue;
      const isArgument = target.call !== undefined && link.argument !== undefined;
      this.#add('wasDerivedFrom', `_:d${(this.#count += 1)}`, {
        'prov:generatedEntity': isArgument
          ? this.#argument(target.call, link.argument)
          : this.#entity(target),
        'prov:usedEntity': this.#entity(origin),
        ...(link.getter !== '' && { 'beryl:getter': link.getter }),
      });
    }
    return { prefix: this.#prefix, ...this.#kinds };
  }

  #addCall(call: ExportedParticle['lineage']['calls'][number]): void {
    const [activity, result] = [this.#id(`call-${call.call}`), this.#id(`result-${call.call}`)];
    const node = this.#exported.lineage.nodes.get(`call:${call.call}`);
    this.#add('activity', activity, {
      ...(call.askedMs !== undefined && { 'prov:startTime': timeText(call.askedMs) }),
      ...(call.decidedMs !== undefined && { 'prov:endTime': timeText(call.decidedMs) }),
      'beryl:service': call.service,
      'beryl:function': call.function,
      'beryl:outcome': call.outcome,
      ...(call.code !== undefined && { 'beryl:code': call.code }),
    });
    this.#add('wasAssociatedWith', `_:w${call.call}`, {
      'prov:activity': activity,
      'prov:agent': this.#agent(call.peerId),
    });
    for (const [i, value] of call.arguments.entries()) {
      const argument = this.#argument(call.call, i);
      this.#add('entity', argument, { 'prov:type': 'beryl:Argument', ...this.#valueOf(value) });
      this.#add('used', `_:u${call.call}-${i}`, {
        'prov:activity': activity,
        'prov:entity': argument,
        'beryl:argument': i + 1,
      });
    }
    if (call.outcome === 'pending') return;
    this.#add('entity', result, {
      'prov:type': 'beryl:Result',
      ...(node?.record !== undefined && { 'beryl:record': node.record }),
      ...this.#valueOf(call.answer),
    });
    this.#add('wasGeneratedBy', `_:g${call.call}`, { 'prov:entity': result, 'prov:activity': activity });
    for (const i of call.arguments.keys())
      this.#add('wasDerivedFrom', `_:r${call.call}-${i}`, {
        'prov:generatedEntity': result,
        'prov:usedEntity': this.#argument(call.call, i),
        'prov:activity': activity,
        'prov:generation': `_:g${call.call}`,
        'prov:usage': `_:u${call.call}-${i}`,
      });
  }

  #addValue(node: LineageNode): void {
    const id = this.#entity(node);
    const { peerId, serviceId, functionName } = node.tetraplet;
    this.#add('entity', id, {
      'prov:type': `beryl:${node.kind}`,
      ...(node.record !== undefined && { 'beryl:record': node.record }),
      ...(serviceId !== '' && { 'beryl:service': serviceId, 'beryl:function': functionName }),
      ...this.#valueOf(node.value),
    });
    this.#add('wasAttributedTo', `_:a${(this.#count += 1)}`, {
      'prov:entity': id,
      'prov:agent': this.#agent(peerId),
    });
  }

  #valueOf(text: string | null | undefined): object {
    if (text === null) return { 'beryl:withheld': true };
    return text !== undefined && this.#source.withContent ? { 'prov:value': text } : {};
  }

  #entity({ id, call, record, tetraplet }: LineageNode): string {
    if (call !== undefined) return this.#id(`result-${call}`);
    if (record !== undefined) return this.#id(`record-${tetraplet.peerId}-${record}`);
    return this.#id(`particle-${this.#exported.entries.particle.n}-${id.replace(':', '-')}`);
  }

  #argument(call: number | undefined, i: number | undefined): string {
    return this.#id(`argument-${call}-${i}`);
  }

  #agent(peerId: string): string {
    const id = `beryl:peer-${peerId}`;
    const name = this.#source.nameOf(peerId);
    this.#add('agent', id, { 'prov:type': 'beryl:Peer', ...(name !== peerId && { 'beryl:name': name }) });
    return id;
  }

  #id(name: string): string {
    return `r${this.#exported.at}:${name}`;
  }

  #add(kind: string, id: string, attributes: Record<string, unknown>): void {
    (this.#kinds[kind] ??= {})[id] = attributes;
  }
}

const timeText = (ms: number): string => new Date(ms).toISOString();
