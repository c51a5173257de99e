import type * as OpenTelemetry from '@opentelemetry/api';
import type { Context, Span, Tracer } from '@opentelemetry/api';
import { toBase64url, toHex } from '../base/bytes.ts';
import { BerylError } from '../base/error.ts';
import { sha256, type CallRequest, type Step } from '../interpreter/index.ts';
import type { CallEvent } from '../services/index.ts';
import type { PeerObserver, RefusalEvent, SendEvent } from './observer.ts';

/** Why nothing can be traced. */
export type TraceErrorCode =
  /** A package is not installed; the message says which. */
  'ERR_TRACE_PACKAGE';

/** Traces cannot begin. */
export class TraceError extends BerylError<TraceErrorCode> {
  override readonly name = 'TraceError';
}

/** Spans of particles that are open at a time; the oldest ends early. */
const PARTICLES_MAX = 10_000;

/**
 * Traces of a peer. Give it as `observer` to `createPeer`, and end it after the peer has stopped.
 *
 * One span for each particle, run and call; attempts to send, and refusals, are events of the particle's span. The trace id follows
 * from the particle's signature, so the spans of all peers belong to one trace, and no peer has to trust what another one says about
 * it. Spans hold ids, names and codes; values of scripts and texts of failures are left out.
 */
export interface Traces extends Required<
  Pick<PeerObserver, 'ran' | 'step' | 'call' | 'sent' | 'refused' | 'expired'>
> {
  /** Ends the spans of particles that still live. */
  end(): void;
}

/**
 * Begins traces, with the tracer provider that the program has registered at `@opentelemetry/api`. Without one nothing is traced.
 *
 * @param options.now Milliseconds since 1970; left out: the system's clock.
 * @throws {TraceError} `ERR_TRACE_PACKAGE` if `@opentelemetry/api` is not installed.
 * @example
 * const observer = await openTraces();
 * const peer = createPeer({ secretKey, transport, observer });
 */
export async function openTraces({ now = Date.now }: { readonly now?: () => number } = {}): Promise<Traces> {
  return new PeerTraces(await loadApi(), now);
}

type Api = typeof OpenTelemetry;

async function loadApi(): Promise<Api> {
  try {
    return await import('@opentelemetry/api');
  } catch (cause) {
    throw new TraceError(
      'ERR_TRACE_PACKAGE',
      '@opentelemetry/api is not installed: run `npm install @opentelemetry/api@1`',
      {},
      { cause },
    );
  }
}

/**
 * Ids of a particle's trace, the same on every peer: 16 and 8 bytes of the SHA-256 of its signature, in hex.
 *
 * @example traceOf(header.signature).traceId
 */
export function traceOf(particleSignature: Uint8Array): {
  readonly traceId: string;
  readonly spanId: string;
} {
  const hex = toHex(sha256(particleSignature));
  return { traceId: hex.slice(0, 32), spanId: hex.slice(32, 48) };
}

/** A particle whose span is open. */
interface Traced {
  readonly span: Span;
  readonly context: Context;
  /** When it was last at work here, milliseconds. */
  lastMs: number;
  /** The newest run, whose outcome is not known yet. */
  ran: { readonly fromMs: number; readonly untilMs: number } | undefined;
}

class PeerTraces implements Traces {
  readonly #api: Api;
  readonly #tracer: Tracer;
  readonly #now: () => number;
  /** By peer and signature, the oldest first. */
  readonly #particles = new Map<string, Traced>();
  /** When, and by which run, a call was asked for. */
  readonly #asked = new WeakMap<CallRequest, { readonly context: Context; readonly atMs: number }>();

  constructor(api: Api, now: () => number) {
    this.#api = api;
    this.#tracer = api.trace.getTracer('beryl');
    this.#now = now;
  }

  ran({ peerId, particleSignature, tookMs }: Parameters<NonNullable<PeerObserver['ran']>>[0]): void {
    const untilMs = this.#now();
    const traced = this.#particle(peerId, particleSignature, untilMs - tookMs);
    traced.ran = { fromMs: untilMs - tookMs, untilMs };
  }

  step({ input: { params }, outcome }: Step): void {
    const { currentPeerId, particleSignature, initPeerId } = params;
    const atMs = this.#now();
    const traced = this.#particle(currentPeerId, particleSignature, atMs);
    traced.span.setAttribute('beryl.init_peer', initPeerId);
    const { fromMs, untilMs } = traced.ran ?? { fromMs: atMs, untilMs: atMs };
    traced.ran = undefined;
    const { retCode, callRequests, nextPeerIds } = outcome;
    const attributes = {
      'beryl.peer': currentPeerId,
      'beryl.code': retCode,
      'beryl.calls': callRequests.size,
      'beryl.next_peers': nextPeerIds.length,
    };
    const span = this.#tracer.startSpan('run', { startTime: fromMs, attributes }, traced.context);
    if (retCode !== 0) this.#failed(span, `code ${retCode}`);
    const context = this.#api.trace.setSpan(traced.context, span);
    for (const request of callRequests.values()) this.#asked.set(request, { context, atMs: untilMs });
    span.end(untilMs);
  }

  call({ peerId, particleSignature, request, decision }: CallEvent): void {
    const atMs = this.#now();
    const traced = this.#particle(peerId, particleSignature, atMs);
    // A call that is made again after a restart belongs to no run of this process.
    const asked = this.#asked.get(request) ?? { context: traced.context, atMs };
    const { serviceId, functionName } = request;
    const attributes = {
      'beryl.peer': peerId,
      'beryl.service': serviceId,
      'beryl.function': functionName,
      'beryl.decision': decision.kind,
      'beryl.stage': decision.stage,
      ...('code' in decision && { 'beryl.code': decision.code }),
    };
    const span = this.#tracer.startSpan('call', { startTime: asked.atMs, attributes }, asked.context);
    if ('code' in decision) this.#failed(span, decision.code);
    span.end(atMs);
  }

  sent({ peerId, to, particleSignature, failure }: SendEvent): void {
    const atMs = this.#now();
    const { span } = this.#particle(peerId, particleSignature, atMs);
    span.addEvent('sent', { 'beryl.to': to, 'beryl.handed_over': failure === undefined }, atMs);
  }

  refused({ peerId, stage, from, particle: { signature }, code }: RefusalEvent): void {
    // What admission refuses may be anything; it gets no span of its own.
    const traced =
      signature instanceof Uint8Array ? this.#particles.get(keyOf(peerId, signature)) : undefined;
    traced?.span.addEvent(
      'refused',
      { 'beryl.stage': stage, 'beryl.from': from, 'beryl.code': code },
      this.#now(),
    );
  }

  expired({ peerId, particleSignature }: { peerId: string; particleSignature: Uint8Array }): void {
    this.#end(keyOf(peerId, particleSignature));
  }

  end(): void {
    for (const key of this.#particles.keys()) this.#end(key);
  }

  #particle(peerId: string, signature: Uint8Array, atMs: number): Traced {
    const key = keyOf(peerId, signature);
    const known = this.#particles.get(key);
    if (known !== undefined) {
      known.lastMs = Math.max(known.lastMs, atMs);
      return known;
    }
    if (this.#particles.size >= PARTICLES_MAX) {
      const [oldest] = this.#particles.keys();
      if (oldest !== undefined) this.#end(oldest);
    }
    const { trace, ROOT_CONTEXT, TraceFlags } = this.#api;
    // All peers have the same parent, which none of them records.
    const parent = { ...traceOf(signature), traceFlags: TraceFlags.SAMPLED, isRemote: true };
    const root = trace.setSpanContext(ROOT_CONTEXT, parent);
    const attributes = { 'beryl.peer': peerId, 'beryl.particle': toBase64url(signature) };
    const span = this.#tracer.startSpan('particle', { startTime: atMs, attributes }, root);
    const traced: Traced = { span, context: trace.setSpan(root, span), lastMs: atMs, ran: undefined };
    this.#particles.set(key, traced);
    return traced;
  }

  #end(key: string): void {
    const traced = this.#particles.get(key);
    this.#particles.delete(key);
    traced?.span.end(traced.lastMs);
  }

  #failed(span: Span, message: string): void {
    span.setStatus({ code: this.#api.SpanStatusCode.ERROR, message });
  }
}

const keyOf = (peerId: string, signature: Uint8Array): string => `${peerId} ${toBase64url(signature)}`;
