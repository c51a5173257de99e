import {
  memoryStore,
  particleKey,
  seededRandom,
  type Clock,
  type Particle,
  type Peer,
  type PeerLimits,
  type PeerOptions,
  type Store,
} from '../../peer/index.ts';
import { toBase64url, toHex } from '../../base/bytes.ts';
import { sha256 } from '../../interpreter/index.ts';
import { Survivor, type FragileStore } from '../support/crash.ts';
import type { Chance } from './chance.ts';
import { short, type History } from './history.ts';
import { countEffect, type Effects } from './invariants.ts';
import { idOfMember, memberOf } from './members.ts';
import type { QuietStage } from './quiet-stage.ts';
import { worker } from './work.ts';

/** Small bounds, so that floods reach them. One malicious peer alone cannot fill a peer. */
export const LIMITS = {
  particlesPerInitPeer: 40,
  particles: 200,
  knownPerInitPeer: 60,
  known: 240,
  waitingPerSender: 40,
  waiting: 200,
} satisfies Partial<PeerLimits>;

export interface MemberParts {
  readonly stage: QuietStage;
  readonly history: History;
  readonly seed: number;
  /** Its own end of the medium, for each of its lives. */
  readonly wire: () => Pick<PeerOptions, 'transport' | 'link'>;
  readonly store?: Store;
  /** Each effect counts twice: a planted fault. */
  readonly isRepeating?: boolean;
}

/** One honest peer in its successive lives, with all that is watched of it from outside. */
export class Member {
  readonly name: string;
  readonly peerId: string;
  readonly survivor: Survivor;
  readonly effects: Effects = new Map();
  /** Whatever makes a peer do a piece of work again under its key: ends of lives, and disks that fail. */
  interruptions = 0;
  /** By particle: copies that it has acknowledged to others. */
  readonly acknowledged = new Map<string, Particle[]>();
  /** Particles whose life has ended here. */
  readonly expired = new Set<string>();
  /** Particles that it has begun, and those of them whose script has responded. */
  readonly begun = new Set<string>();
  readonly responded = new Set<string>();
  /** Work that an observer saw served. */
  readonly served: string[] = [];
  peak = { atWork: 0, known: 0 };
  skewMs = 0;
  #isAway = false;
  readonly #parts: MemberParts;

  constructor(name: string, skewMs: number, parts: MemberParts) {
    this.name = name;
    this.peerId = idOfMember(name);
    this.skewMs = skewMs;
    this.#parts = parts;
    const { stage, seed, store = memoryStore() } = parts;
    const clock: Clock = {
      now: () => stage.clock.now() + this.skewMs,
      after: (ms, then) => stage.clock.after(ms, then),
    };
    const random = seededRandom(seed);
    const options = (): Omit<PeerOptions, 'secretKey'> => ({
      ...parts.wire(),
      clock,
      random,
      activity: stage.activity,
      limits: LIMITS,
      services: [worker(stage.clock, this.#effect)],
    });
    this.survivor = new Survivor(name, options, store, this.#observer());
  }

  get peer(): Peer {
    return this.survivor.peer;
  }

  get isAway(): boolean {
    return this.#isAway;
  }

  readonly #effect = (work: string, key: string): void => {
    // A process that is dead works no more.
    if (this.survivor.store.isDead) return;
    this.#parts.history.add(this.name, 'effect', work);
    countEffect(this.effects, work, key);
    if (this.#parts.isRepeating === true) countEffect(this.effects, work, `${key} again`);
  };

  #observer() {
    const { history } = this.#parts;
    return {
      step: ({ input, outcome }: Survivor['steps'][number]) => {
        const { particleSignature, initPeerId } = input.params;
        const { retCode, data } = outcome;
        if (initPeerId === this.peerId) this.begun.add(toBase64url(particleSignature));
        history.add(this.name, 'step', short(particleSignature), retCode, toHex(sha256(data)).slice(0, 16));
        const { atWork, size } = this.peer;
        this.peak = { atWork: Math.max(this.peak.atWork, atWork), known: Math.max(this.peak.known, size) };
      },
      call: ({ request, decision, particleSignature }: Survivor['calls'][number]) => {
        const { serviceId, functionName, argumentsJson } = request;
        const what = `${serviceId}.${functionName}${argumentsJson}`;
        history.add(this.name, 'call', short(particleSignature), what, decision.kind);
        if (serviceId === 'callbackSrv') this.responded.add(toBase64url(particleSignature));
        if (functionName !== 'do' || decision.kind !== 'served') return;
        if ('resultJson' in decision.result)
          this.served.push(JSON.parse(decision.result.resultJson) as string);
        else this.served.push(decision.result.result as string);
      },
      refused: ({ stage, from, code, particle, message }: Survivor['refusals'][number]) => {
        const whose = particle.signature instanceof Uint8Array ? short(particle.signature) : '?';
        history.add(this.name, 'refused', whose, stage, memberOf(from), code, message);
      },
      sent: ({
        to,
        particleSignature,
        failure,
      }: {
        to: string;
        particleSignature: Uint8Array;
        failure?: string;
      }) => history.add(this.name, 'sent', short(particleSignature), memberOf(to), failure ?? 'ok'),
      expired: ({ particleSignature }: { particleSignature: Uint8Array }) => {
        this.expired.add(toBase64url(particleSignature));
        history.add(this.name, 'expired', short(particleSignature));
      },
      hopRefused: ({ code, frameKind }: { code: string; frameKind: string }) =>
        history.add(this.name, 'hop refused', frameKind, code),
    };
  }

  /** It has told another peer that it has stored this copy. */
  acknowledges(particle: Particle): void {
    const key = particleKey(particle);
    const copies = this.acknowledged.get(key) ?? [];
    copies.push(particle);
    this.acknowledged.set(key, copies);
  }

  /** Ends this life, and begins another one later, over the same store. */
  async leave(how: 'crash' | 'stop', graceMs: number, awayMs: number): Promise<void> {
    if (this.#isAway) return;
    this.#isAway = true;
    this.interruptions += 1;
    const { peer } = this;
    if (how === 'stop') await peer.stop({ graceMs });
    else {
      await this.survivor.crash();
      // The remains of a dead life must not fill the memory of the tests.
      await peer.stop({ graceMs: 0 }).catch(() => undefined);
    }
    await new Promise<void>(resolve => void this.#parts.stage.clock.after(awayMs, resolve));
    await this.survivor.start();
    this.#isAway = false;
  }

  /** Half of the transactions fail for a while. */
  breakDisk(chance: Chance, forMs: number): void {
    const store: FragileStore = this.survivor.store;
    this.interruptions += 1;
    store.before = () => {
      if (!chance.is(0.5)) return;
      this.interruptions += 1;
      throw new Error('disk full');
    };
    this.#parts.stage.clock.after(forMs, () => (store.before = () => undefined));
  }
}
