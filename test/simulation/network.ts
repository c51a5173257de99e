import {
  createPeer,
  deadlineOf,
  DEFAULT_PEER_LIMITS,
  MemoryBus,
  memoryStore,
  particleKey,
  seededRandom,
  type Faults,
  type StartedParticle,
  type Peer,
  type PeerOptions,
  type Store,
} from '../../peer/index.ts';
import { toBase64url } from '../../base/bytes.ts';
import { hopsOver } from '../support/hops.ts';
import { Adversary } from './adversary.ts';
import { Chance } from './chance.ts';
import { History, short } from './history.ts';
import {
  convicts,
  holdsRecords,
  missing,
  repeated,
  storedWork,
  underTwoKeys,
  withoutReason,
  type Violation,
} from './invariants.ts';
import { LIMITS, Member } from './member.ts';
import { idOfMember, memberOf, signerOfMember, withMembers } from './members.ts';
import { FAR_MS, HEALED_MS, TTL_MS, type Act, type Plan } from './plan.ts';
import { spoilt, type PlantedFault } from './planted.ts';
import { QuietStage } from './quiet-stage.ts';
import { worker } from './work.ts';

const START_MS = 1_700_000_000_000;
/** After the last response: sends are acknowledged, and late writes have their chance. */
const AFTER_MS = 4000;
/** More than clocks are off while nothing jumps. */
const MARGIN_MS = 10_000;

export interface PlayOptions {
  /** Left out: memory. */
  readonly storeOf?: (name: string) => Store;
  readonly planted?: PlantedFault;
  /** Whether lines of history are kept for people. */
  readonly isTold?: boolean;
}

/** How one network went. */
export interface Played {
  readonly violations: readonly Violation[];
  /** SHA-256 (hex) over everything that happened, in order. */
  readonly digest: string;
  readonly events: number;
  readonly particles: number;
  readonly crashes: number;
  readonly stops: number;
  readonly refusals: number;
  readonly history: History;
}

/** Plays one network on virtual time: equal plans give equal runs. */
export async function play(plan: Plan, options: PlayOptions = {}): Promise<Played> {
  let loose = 0;
  const count = (): void => void (loose += 1);
  process.on('unhandledRejection', count);
  const network = new Network(plan, options);
  try {
    const played = await network.play();
    if (options.planted === 'a promise rejects unheard') void Promise.reject(new Error('planted'));
    for (let turn = 0; turn < 3; turn++) await new Promise<void>(resolve => void setImmediate(resolve));
    if (loose === 0) return played;
    const text = `${loose} promises rejected, and nobody had asked for them`;
    return { ...played, violations: [...played.violations, { invariant: 'no loose end', text }] };
  } finally {
    process.off('unhandledRejection', count);
  }
}

/** A particle of an honest peer. */
interface Started {
  readonly run: StartedParticle;
  readonly by: Member;
  /** No malicious peer takes part. */
  readonly isClean: boolean;
  /** Its time is one that others accept: the clock of its init peer was not far ahead. */
  readonly isTimely: boolean;
}

class Network {
  readonly #plan: Plan;
  readonly #planted: PlantedFault | undefined;
  readonly #stage: QuietStage;
  readonly #bus: MemoryBus | undefined;
  readonly #history: History;
  readonly #members: readonly Member[];
  readonly #adversaries: readonly Adversary[];
  readonly #malicious: Peer[] = [];
  readonly #started: Started[] = [];
  readonly #leaves: Promise<void>[] = [];
  #weather: Partial<Faults> = {};
  readonly #cuts = new Set<ReadonlySet<string>>();
  readonly #tally = { crashes: 0, stops: 0 };

  constructor(plan: Plan, { storeOf = () => memoryStore(), planted, isTold = false }: PlayOptions) {
    this.#plan = plan;
    this.#planted = planted;
    this.#stage = new QuietStage(plan.seed, START_MS);
    const { clock } = this.#stage;
    if (plan.medium === 'bus') this.#bus = new MemoryBus({ clock, random: seededRandom(plan.seed) });
    this.#history = new History(() => clock.now() - START_MS, isTold);
    this.#members = plan.honest.map((name, i) => {
      // A planted fault is one peer’s.
      const fault = i === 0 ? planted : undefined;
      return new Member(name, plan.skewsMs[name] ?? 0, {
        stage: this.#stage,
        history: this.#history,
        seed: plan.seed * 31 + i,
        wire: () => this.#wireOf(name),
        store: spoilt(storeOf(name), fault),
        isRepeating: fault === 'a peer repeats effects',
      });
    });
    this.#adversaries = plan.malicious.map((malicious, i) => this.#adversary(malicious, plan.seed * 37 + i));
  }

  async play(): Promise<Played> {
    for (const { survivor } of this.#members) await survivor.start();
    for (const [i, adversary] of this.#adversaries.entries()) await this.#startMalicious(adversary, i);
    this.#shape();
    for (const act of this.#plan.acts) this.#stage.clock.after(act.atMs, () => this.#perform(act));
    await this.#stage.pass(HEALED_MS);
    await this.#restarts();
    const violations: Violation[] = [...(await this.#convergence())];
    await this.#stage.pass(AFTER_MS);
    for (const member of this.#members) violations.push(...(await this.#verify(member)));
    await this.#stage.pass(TTL_MS + 2 * FAR_MS);
    violations.push(...(await this.#remains()));
    for (const { peer } of this.#members) await peer.stop({ graceMs: 0 });
    for (const peer of this.#malicious) await peer.stop({ graceMs: 0 });
    const refusals = this.#members.reduce((sum, { survivor }) => sum + survivor.refusals.length, 0);
    return {
      violations,
      events: this.#history.count,
      digest: this.#history.digest(),
      particles: this.#started.length,
      refusals,
      history: this.#history,
      ...this.#tally,
    };
  }

  #wireOf(name: string): Pick<PeerOptions, 'transport' | 'link'> {
    if (this.#bus !== undefined) return { link: this.#bus.join() };
    const transport = this.#stage.network.join(idOfMember(name));
    return {
      transport: {
        ...transport,
        start: receive =>
          transport.start(async (particle, from) => {
            const receipt = await receive(particle, from);
            const member = this.#members.find(other => other.name === name);
            if (receipt.status === 'accepted' && member?.survivor.store.isDead === false)
              member.acknowledges(particle);
            return receipt;
          }),
        send: (to, particle) => transport.send(to, particle),
        stop: () => transport.stop(),
      },
    };
  }

  #adversary(malicious: Plan['malicious'][number], seed: number): Adversary {
    const bus = this.#bus;
    const { clock, network } = this.#stage;
    if (bus === undefined) {
      const adversary = new Adversary(malicious, seed, network.join(idOfMember(malicious.name)));
      network.intercept(({ particle }) => {
        adversary.see(particle);
        return particle;
      });
      return adversary;
    }
    const { transport } = hopsOver(malicious.name, bus.join(), { clock, random: seededRandom(seed) });
    const adversary = new Adversary(malicious, seed, transport, bus);
    bus.tap(frame => {
      adversary.seeFrame(frame);
      return frame.bytes;
    });
    return adversary;
  }

  async #startMalicious({ name, transport }: Adversary, i: number): Promise<void> {
    const { clock, activity } = this.#stage;
    const peer = createPeer({
      secretKey: signerOfMember(name),
      transport,
      clock,
      activity,
      random: seededRandom(this.#plan.seed * 41 + i),
      services: [worker(clock, () => undefined)],
    });
    await peer.start();
    this.#malicious.push(peer);
  }

  #perform(act: Act): void {
    const { clock } = this.#stage;
    const { kind } = act;
    this.#history.add('peer' in act ? act.peer : 'all', 'act', kind, shown(act));
    const later = (ms: number, then: () => void): void => void clock.after(ms, then);
    switch (kind) {
      case 'start':
        return this.#start(act);
      case 'crash':
        this.#tally.crashes += 1;
        return void this.#leaves.push(this.#member(act.peer).leave('crash', 0, act.awayMs));
      case 'stop':
        this.#tally.stops += 1;
        return void this.#leaves.push(this.#member(act.peer).leave('stop', act.graceMs, act.awayMs));
      case 'weather': {
        const { latencyMs, loss, duplication } = act;
        this.#weather = { latencyMs, loss, duplication };
        later(act.forMs, () => {
          this.#weather = {};
          this.#shape();
        });
        return this.#shape();
      }
      case 'cut': {
        const side = new Set(act.side.map(idOfMember));
        this.#cuts.add(side);
        later(act.forMs, () => void (this.#planted !== 'a partition never heals' && this.#cuts.delete(side)));
        return;
      }
      case 'disk':
        return this.#member(act.peer).breakDisk(new Chance(act.seed), act.forMs);
      case 'clock': {
        const member = this.#member(act.peer);
        const skewMs = this.#plan.skewsMs[act.peer] ?? 0;
        member.skewMs = skewMs + act.byMs;
        return later(act.forMs, () => (member.skewMs = skewMs));
      }
      case 'attack': {
        const adversary = this.#adversaries.find(({ name }) => name === act.peer);
        return adversary?.attack(act, clock.now(), this.#plan.honest);
      }
    }
  }

  #start({ peer: name, script }: Extract<Act, { kind: 'start' }>): void {
    const by = this.#member(name);
    const run = by.peer.run(script, { ttlMs: TTL_MS });
    const isClean = this.#plan.malicious.every(malicious => !script.includes(idOfMember(malicious.name)));
    this.#history.add(name, 'start', short(run.header.signature));
    const isTimely = run.header.timestamp - this.#stage.clock.now() < DEFAULT_PEER_LIMITS.clockSkewMs / 2;
    this.#started.push({ run, by, isClean, isTimely });
  }

  /** Puts weather and partitions onto the medium. */
  #shape(): void {
    const isCut = (from: string, to: string): boolean =>
      [...this.#cuts].some(side => side.has(from) !== side.has(to));
    const faults = { latencyMs: [1, 1] as const, ...this.#weather, isCut };
    this.#stage.network.faults = faults;
    if (this.#bus !== undefined) this.#bus.faults = faults;
  }

  async #restarts(): Promise<void> {
    let isOver = false;
    void Promise.all(this.#leaves).then(() => (isOver = true));
    await this.#stage.until(() => isOver, 'the last restart');
  }

  /** Once healed, each clean particle that its peer has begun responds before its life is over. */
  async #convergence(): Promise<readonly Violation[]> {
    const jumpsFar = this.#plan.acts.some(act => act.kind === 'clock' && act.byMs >= FAR_MS);
    const open = (): readonly Started[] =>
      this.#started.filter(({ run, by, isClean, isTimely }) => {
        const key = particleKey(run.header);
        return isClean && isTimely && by.begun.has(key) && !by.responded.has(key);
      });
    const endMs = START_MS + TTL_MS + HEALED_MS;
    const { clock } = this.#stage;
    await this.#stage.until(() => open().length === 0 || clock.now() >= endMs || clock.nextDue === undefined);
    // A clock that was far ahead has ended it.
    const ended = (key: string): boolean => jumpsFar && this.#members.some(({ expired }) => expired.has(key));
    return open()
      .filter(({ run }) => !ended(particleKey(run.header)))
      .map(({ run, by }) => ({
        invariant: 'convergence',
        particles: [short(run.header.signature)],
        text: `${short(run.header.signature)} of ${by.name} never responded: ${withMembers(run.header.script)}`,
      }));
  }

  async #verify(member: Member): Promise<readonly Violation[]> {
    const { name, effects, interruptions, served, survivor } = member;
    const violations: Violation[] = [];
    const found = (invariant: Violation['invariant'], what: string, which: readonly unknown[]): void => {
      for (const one of which) {
        // What is found is a particle, or work of one, which begins with it.
        const [particle = ''] = String(one).split(' ');
        violations.push({ invariant, text: `${name}: ${String(one)} ${what}`, particles: [particle] });
      }
    };
    const done = await storedWork(survivor.lasting);
    found('nothing twice', 'was done under two keys', underTwoKeys(effects));
    found(
      'nothing twice',
      `was done too often, ${interruptions} interruptions`,
      withoutReason(effects, interruptions),
    );
    found('nothing twice', 'changed the state twice', repeated(done));
    found('nothing lost', 'was served and is not stored', missing(served, done));
    found('nothing lost', 'was acknowledged and is not stored', await this.#lostCopies(member));
    const isHonest = (peerId: string): boolean =>
      this.#planted === 'a liar passes for honest' || this.#plan.honest.includes(memberOf(peerId));
    for (const refusal of survivor.refusals) {
      if (!convicts(refusal, isHonest, this.#isClean(refusal.particle.signature))) continue;
      const { from, code, message, particle } = refusal;
      const text = `${name} refused ${short(particle.signature)} from ${memberOf(from)}: ${code}: ${message}`;
      violations.push({ invariant: 'no conviction', text, particles: [short(particle.signature)] });
    }
    const { atWork, known } = member.peak;
    if (atWork > LIMITS.particles) found('bounded memory', 'particles at work', [atWork]);
    if (known > LIMITS.known) found('bounded memory', 'particles known', [known]);
    return violations;
  }

  #isClean(signature: Uint8Array): boolean {
    const key = toBase64url(signature);
    return this.#started.some(({ run, isClean }) => isClean && particleKey(run.header) === key);
  }

  async #lostCopies({ name, acknowledged, expired, survivor }: Member): Promise<readonly string[]> {
    const lost: string[] = [];
    const jumps = this.#plan.acts.map(act => (act.kind === 'clock' && act.peer === name ? act.byMs : 0));
    // A life may also end while the peer is away, or earlier by a clock that is ahead.
    const latestMs = this.#stage.clock.now() + MARGIN_MS + Math.max(0, ...jumps);
    for (const [key, copies] of acknowledged) {
      const isOver = copies.some(copy => deadlineOf(copy) < latestMs);
      if (isOver || expired.has(key)) continue;
      const stored = await survivor.lasting.load(key);
      const isKept = ({ data, signature }: (typeof copies)[number]): boolean =>
        stored !== undefined && holdsRecords(stored.data, data, signature);
      if (!copies.every(isKept)) lost.push(key.slice(0, 8));
    }
    return lost;
  }

  /** When all lives are over, nothing is left. */
  async #remains(): Promise<readonly Violation[]> {
    const violations: Violation[] = [];
    for (const { name, peer, survivor } of this.#members) {
      const stored = (await survivor.lasting.scan('', 1000)).length;
      if (peer.size === 0 && stored === 0) continue;
      const text = `${name}: ${peer.size} particles in memory and ${stored} in the store after all have ended`;
      violations.push({ invariant: 'bounded memory', text });
    }
    return violations;
  }

  #member(name: string): Member {
    return this.#members.find(member => member.name === name) as Member;
  }
}

const shown = (act: Act): string => JSON.stringify({ ...act, atMs: undefined });
