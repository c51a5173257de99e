import { trace, SpanStatusCode } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSimulation, openTraces, traceOf, TraceError } from '../../../peer/index.ts';
import { idOf, signer } from '../../support/cast.ts';

const exporter = new InMemorySpanExporter();
beforeAll(() => {
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  trace.setGlobalTracerProvider(provider);
});
beforeEach(() => exporter.reset());
afterAll(() => trace.disable());

const SCRIPT = `
  (seq (call "${idOf('bob')}" ("op" "concat_strings") ["a secret" "b"] x)
  (seq (xor (call "${idOf('bob')}" ("op" "nothing") [x]) (null))
       (call %init_peer_id% ("callbackSrv" "response") [x])))`;

/** Alice's particle visits Bob; both peers are traced on their own. */
async function traced() {
  const simulation = createSimulation({ seed: 1, startMs: 1_700_000_000_000 });
  const now = (): number => simulation.clock.now();
  const both = [await openTraces({ now }), await openTraces({ now })] as const;
  const alice = simulation.addPeer({ secretKey: signer('alice'), observer: both[0] });
  simulation.addPeer({ secretKey: signer('bob'), observer: both[1] });
  const run = alice.run(SCRIPT);
  await simulation.settle();
  expect(await run.done).toBe('a secretb');
  return { simulation, both, signature: run.header.signature };
}

const named = (name: string): ReadableSpan[] =>
  exporter.getFinishedSpans().filter(span => span.name === name);
const peerOf = ({ attributes }: ReadableSpan): unknown => attributes['beryl.peer'];

describe('traces', () => {
  it('one span per particle, run and call: one trace across peers, its id from the signature', async () => {
    const { simulation, signature } = await traced();
    await simulation.runToEnd();
    const { traceId, spanId } = traceOf(signature);
    const spans = exporter.getFinishedSpans();
    expect(new Set(spans.map(span => span.spanContext().traceId))).toEqual(new Set([traceId]));
    const particles = named('particle');
    expect(particles.map(peerOf).toSorted()).toEqual([idOf('alice'), idOf('bob')].toSorted());
    for (const particle of particles)
      expect(particle.parentSpanContext).toMatchObject({ spanId, isRemote: true });

    const calls = named('call');
    expect(
      calls.map(({ attributes: a }) => [a['beryl.service'], a['beryl.function'], a['beryl.decision']]),
    ).toEqual([
      ['op', 'concat_strings', 'served'],
      ['op', 'nothing', 'refused'],
      ['callbackSrv', 'response', 'served'],
    ]);
    const runs = named('run');
    expect(runs.length).toBeGreaterThan(3);
    const idsOf = (of: readonly ReadableSpan[], peer: unknown): string[] =>
      of.filter(span => peerOf(span) === peer).map(span => span.spanContext().spanId);
    for (const call of calls) expect(idsOf(runs, peerOf(call))).toContain(call.parentSpanContext?.spanId);
    for (const run of runs) expect(idsOf(particles, peerOf(run))).toContain(run.parentSpanContext?.spanId);
    expect(calls.map(({ status }) => status.code === SpanStatusCode.ERROR)).toEqual([false, true, false]);
    expect(particles.flatMap(({ events }) => events.map(({ name }) => name))).toContain('sent');
  });

  it('hold no values', async () => {
    const { both } = await traced();
    for (const one of both) one.end();
    const spans = exporter.getFinishedSpans().map(({ name, attributes, events, status }) => {
      return { name, attributes, events, status };
    });
    expect(JSON.stringify(spans)).not.toContain('secret');
    expect(JSON.stringify(spans)).toContain('concat_strings');
  });

  it('end what lives when they end, and once', async () => {
    const { both } = await traced();
    expect(named('particle')).toEqual([]);
    for (const one of both) one.end();
    expect(named('particle').length).toBe(2);
    for (const one of both) one.end();
    expect(named('particle').length).toBe(2);
  });

  it('keep a bounded number of open spans', async () => {
    const traces = await openTraces();
    const signatureOf = (i: number): Uint8Array => {
      const signature = new Uint8Array(64);
      new DataView(signature.buffer).setUint32(0, i);
      return signature;
    };
    const sent = (i: number): void =>
      traces.sent({ peerId: 'a', to: 'b', particleSignature: signatureOf(i) });
    for (let i = 0; i < 10_000; i++) sent(i);
    expect(named('particle')).toEqual([]);
    for (let i = 10_000; i < 10_005; i++) sent(i);
    expect(named('particle').length).toBe(5);
    traces.end();
  });

  it('what admission refuses begins no trace', async () => {
    const traces = await openTraces();
    const particle = { id: 'x', initPeerId: 'y', signature: new Uint8Array(64) };
    const refusal = {
      peerId: 'a',
      stage: 'admission',
      from: 'b',
      particle,
      code: 'ERR_PARTICLE_TTL',
    } as const;
    traces.refused({ ...refusal, message: '' });
    traces.end();
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  it('need `@opentelemetry/api`', () => {
    expect(new TraceError('ERR_TRACE_PACKAGE', 'x').code).toBe('ERR_TRACE_PACKAGE');
  });
});
