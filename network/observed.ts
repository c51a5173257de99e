import { toHex } from '../base/bytes.ts';
import type { Recorder } from '../audit/index.ts';
import type { Step } from '../interpreter/index.ts';
import type { HopRefusalEvent, PeerObserver, RefusalEvent, SendEvent } from '../peer/index.ts';
import type { CallEvent } from '../services/index.ts';

/** A refusal of a particle (`admission`), of its data (`verification`), or of the envelope that it came in (`envelope`). */
export interface RunRefusal extends Pick<RefusalEvent, 'peerId' | 'from' | 'code' | 'message'> {
  readonly stage: RefusalEvent['stage'] | 'envelope';
}

/** What happened on all peers since a script began. */
export interface Happened {
  readonly steps: readonly Step[];
  readonly calls: readonly CallEvent[];
  readonly refusals: readonly RunRefusal[];
  readonly sends: readonly SendEvent[];
}

/** Collects what the peers of a session report, and passes it on to the recorder. */
export class Observed {
  readonly observer: PeerObserver;
  /** Signatures (hex) of particles whose end was not waited for: later reports leave them out. */
  readonly #stopped = new Set<string>();
  #steps: Step[] = [];
  #calls: CallEvent[] = [];
  #refusals: RefusalEvent[] = [];
  #envelopeRefusals: RunRefusal[] = [];
  #sends: SendEvent[] = [];

  constructor(recorder: Recorder | undefined) {
    this.observer = {
      step: step => {
        this.#steps.push(step);
        recorder?.step(step);
      },
      call: event => {
        this.#calls.push(event);
        recorder?.call(event);
      },
      refused: event => {
        this.#refusals.push(event);
        recorder?.refused(event);
      },
      sent: event => {
        this.#sends.push(event);
        recorder?.sent(event);
      },
      expired: event => recorder?.expired(event),
    };
  }

  /** All calls, those of stopped particles included. */
  get calls(): readonly CallEvent[] {
    return this.#calls;
  }

  /** Forgets what has happened. */
  begin(): void {
    [this.#steps, this.#calls, this.#refusals, this.#envelopeRefusals, this.#sends] = [[], [], [], [], []];
  }

  /** A sender tries again, so one refusal may come several times. What the sender thinks of the answer says nothing new. */
  envelopeRefused({ peerId, claimedOrigin, frameKind, code, message }: HopRefusalEvent): void {
    const from = claimedOrigin ?? 'somebody';
    const isKnown = this.#envelopeRefusals.some(
      known => known.peerId === peerId && known.from === from && known.code === code,
    );
    if (frameKind === 'request' && !isKnown)
      this.#envelopeRefusals.push({ peerId, from, stage: 'envelope', code, message });
  }

  /** From now on reports leave this particle out. */
  leaveOut(signature: Uint8Array): void {
    this.#stopped.add(toHex(signature));
  }

  report(): Happened {
    const isOurs = (of: Uint8Array): boolean => this.#stopped.size === 0 || !this.#stopped.has(toHex(of));
    return {
      steps: this.#steps.filter(({ input }) => isOurs(input.params.particleSignature)),
      calls: this.#calls.filter(({ particleSignature }) => isOurs(particleSignature)),
      refusals: [
        ...this.#envelopeRefusals,
        ...this.#refusals.filter(({ particle }) => isOurs(particle.signature)),
      ],
      sends: this.#sends.filter(({ particleSignature }) => isOurs(particleSignature)),
    };
  }
}
