/** A nonce that was accepted. */
export interface KnownNonce {
  readonly origin: string;
  /** Base64url. */
  readonly nonce: string;
  /** The last moment at which its envelope could be taken again: milliseconds since 1970. */
  readonly untilMs: number;
}

/** Nonces of one span of time are forgotten together, milliseconds. */
const SPAN_MS = 5000;

export interface WindowBounds {
  /** Nonces that are remembered. */
  readonly nonces: number;
  /** Of one origin: so that none can fill the window for the others. */
  readonly noncesPerOrigin: number;
}

const DEFAULT_WINDOW: WindowBounds = { nonces: 262_144, noncesPerOrigin: 65_536 };

/**
 * Which envelopes have been here. An envelope is remembered for as long as it could be accepted; when the window is full, new envelopes are refused.
 */
export class ReplayWindow {
  readonly #bounds: WindowBounds;
  /** By number of the span in which they end. */
  readonly #spans = new Map<number, Set<string>>();
  readonly #ofOrigin = new Map<string, number>();
  #size = 0;
  /** Nonces that ended before are forgotten: if the clock is set back, their envelopes are not taken again. */
  #forgottenUntilMs = 0;

  constructor(bounds: WindowBounds = DEFAULT_WINDOW) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#size;
  }

  /** Everything that ended before is forgotten. */
  get forgottenUntilMs(): number {
    return this.#forgottenUntilMs;
  }

  /** Remembers a nonce, unless it says why not. */
  take({ origin, nonce, untilMs }: KnownNonce, nowMs: number): 'taken' | 'replayed' | 'full' | 'forgotten' {
    this.#forget(nowMs);
    if (untilMs < this.#forgottenUntilMs) return 'forgotten';
    const name = `${origin} ${nonce}`;
    const span = Math.floor(untilMs / SPAN_MS);
    const known = this.#spans.get(span);
    if (known?.has(name) === true) return 'replayed';
    const count = this.#ofOrigin.get(origin) ?? 0;
    if (this.#size >= this.#bounds.nonces || count >= this.#bounds.noncesPerOrigin) return 'full';
    if (known === undefined) this.#spans.set(span, new Set([name]));
    else known.add(name);
    this.#ofOrigin.set(origin, count + 1);
    this.#size += 1;
    return 'taken';
  }

  #forget(nowMs: number): void {
    const first = Math.floor(nowMs / SPAN_MS);
    if (first * SPAN_MS <= this.#forgottenUntilMs) return;
    this.#forgottenUntilMs = first * SPAN_MS;
    for (const [span, names] of this.#spans) {
      if (span >= first) continue;
      this.#spans.delete(span);
      this.#size -= names.size;
      for (const name of names) this.#forgetOne(name.slice(0, name.indexOf(' ')));
    }
  }

  #forgetOne(origin: string): void {
    const left = (this.#ofOrigin.get(origin) ?? 0) - 1;
    if (left > 0) this.#ofOrigin.set(origin, left);
    else this.#ofOrigin.delete(origin);
  }
}
