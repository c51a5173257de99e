import { toHex, utf8 } from '../../base/bytes.ts';
import { sha256 } from '../../interpreter/index.ts';
import type { RecordedCall } from '../query/calls.ts';
import { jsonList } from './json-lines.ts';
import { exportedParticles, type ExportedParticle, type ExportSource } from './source.ts';

/**
 * OTLP/JSON (`ExportTraceServiceRequest`) after the GenAI conventions of OpenTelemetry: a trace for each particle, whose root is an
 * `invoke_workflow` span of the init peer; an `execute_tool` span for each call; origins as links between spans. Arguments and results
 * are opt-in by these conventions.
 */
export function* exportOtlp(source: ExportSource): Generator<string> {
  yield* jsonList('{"resourceSpans":[', resources(source), ']}');
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string } | { readonly intValue: string };
}

function* resources(source: ExportSource): Generator<object> {
  for (const exported of exportedParticles(source)) {
    const { particle } = exported.entries;
    const spans = new Map<string, object[]>();
    const add = (peerId: string, span: object): void =>
      void (spans.get(peerId)?.push(span) ?? spans.set(peerId, [span]));
    add(particle.initPeerId, rootSpan(exported));
    for (const call of exported.lineage.calls) add(call.peerId, callSpan(call, exported, source));
    for (const [peerId, own] of spans)
      yield {
        resource: {
          attributes: [text('service.name', source.nameOf(peerId)), text('beryl.peer.id', peerId)],
        },
        scopeSpans: [{ scope: { name: 'beryl' }, spans: own }],
      };
  }
}

function rootSpan(exported: ExportedParticle): object {
  const { particle, runs } = exported.entries;
  const times = [
    particle.time,
    ...runs.map(({ time }) => time),
    ...exported.lineage.calls.map(call => call.decidedMs ?? 0),
  ];
  return {
    traceId: traceId(exported),
    spanId: spanId(exported, 'root'),
    name: 'invoke_workflow',
    kind: 1,
    startTimeUnixNano: nanoseconds(Math.min(...times.filter(time => time > 0))),
    endTimeUnixNano: nanoseconds(Math.max(...times)),
    attributes: [
      text('gen_ai.operation.name', 'invoke_workflow'),
      text('gen_ai.workflow.name', `script ${particle.script}`),
      text('beryl.particle.id', particle.id),
      text('beryl.particle.signature', particle.signature),
      text('beryl.init_peer.id', particle.initPeerId),
    ],
    status: {},
  };
}

function callSpan(call: RecordedCall, exported: ExportedParticle, { withContent }: ExportSource): object {
  const { askedMs, decidedMs, outcome, code } = call;
  const record = exported.lineage.nodes.get(`call:${call.call}`)?.record;
  const start = askedMs ?? decidedMs ?? 0;
  const tool = `${call.service}.${call.function}`;
  const content =
    withContent && call.arguments.every(one => one !== null)
      ? [
          text('gen_ai.tool.call.arguments', `[${call.arguments.join(',')}]`),
          ...(typeof call.answer === 'string' ? [text('gen_ai.tool.call.result', call.answer)] : []),
        ]
      : [];
  return {
    traceId: traceId(exported),
    spanId: spanId(exported, `call:${call.call}`),
    parentSpanId: spanId(exported, 'root'),
    name: `execute_tool ${tool}`,
    kind: 1,
    startTimeUnixNano: nanoseconds(start),
    endTimeUnixNano: nanoseconds(Math.max(start, decidedMs ?? start)),
    attributes: [
      text('gen_ai.operation.name', 'execute_tool'),
      text('gen_ai.tool.name', tool),
      text('gen_ai.tool.type', 'function'),
      text('gen_ai.tool.call.id', record ?? `${call.peerId}/${call.site}`),
      text('beryl.outcome', outcome),
      integer('beryl.entry', call.call),
      ...(outcome === 'served' || outcome === 'pending' ? [] : [text('error.type', code ?? outcome)]),
      ...content,
    ],
    links: (exported.lineage.into.get(`call:${call.call}`) ?? [])
      .filter(({ from }) => from.startsWith('call:'))
      .map(({ from, argument, getter }) => ({
        traceId: traceId(exported),
        spanId: spanId(exported, from),
        attributes: [
          ...(argument === undefined ? [] : [integer('beryl.argument', argument + 1)]),
          text('beryl.getter', getter),
        ],
      })),
    status: outcome === 'served' || outcome === 'pending' ? {} : { code: 2 },
  };
}

/** 16 bytes, the same for a particle in every recording: signatures identify executions. */
const traceId = ({ entries }: ExportedParticle): string =>
  toHex(sha256(utf8(`trace ${entries.particle.signature}`)).subarray(0, 16));

const spanId = ({ entries, at }: ExportedParticle, name: string): string =>
  toHex(sha256(utf8(`span ${entries.particle.signature} ${at} ${name}`)).subarray(0, 8));

const nanoseconds = (ms: number): string => String(BigInt(Math.trunc(ms)) * 1_000_000n);

const text = (key: string, stringValue: string): Attribute => ({ key, value: { stringValue } });
const integer = (key: string, intValue: number): Attribute => ({
  key,
  value: { intValue: String(intValue) },
});
