import { resolve } from 'node:path';
import { fromHex } from '../base/bytes.ts';
import { Recorder } from '../audit/index.ts';
import { sha256, signerOf, type JsonValue, type Signer, type Step } from '../interpreter/index.ts';
import {
  createSimulation,
  type RunFailure,
  type Interceptor,
  type Peer,
  type RefusalEvent,
  type SendEvent,
  type Simulation,
} from '../peer/index.ts';
import type { CallEvent, ServiceInstance } from '../services/index.ts';
import { readText } from './files.ts';
import { asVariable, type NetworkFile } from './network-file.ts';
import { startFromSpec } from './services.ts';
import { bindVariables } from './variables.ts';
import { Eavesdropper, replaceOnWire, spliceOnWire } from './wire.ts';

/** Virtual time begins here, so that equal inputs give equal bytes on any day. */
const START_MS = Date.UTC(2026, 0, 1);

/** What one script came to, on all peers. */
export interface RunReport {
  readonly air: string;
  readonly particleId: string;
  readonly initPeerId: string;
  readonly steps: readonly Step[];
  readonly calls: readonly CallEvent[];
  readonly refusals: readonly RefusalEvent[];
  readonly sends: readonly SendEvent[];
  /** What the script handed to `callbackSrv.response`; `null` for nothing. */
  readonly response: JsonValue;
  readonly failure: RunFailure | undefined;
}

/** The peers of a network file, in one process, on virtual time. Services keep their state from script to script. */
export class Session {
  readonly network: NetworkFile;
  readonly recorder = new Recorder();
  readonly #simulation: Simulation;
  readonly #signers: ReadonlyMap<string, Signer>;
  readonly #names: ReadonlyMap<string, string>;
  readonly #peers = new Map<string, Peer>();
  readonly #services = new Map<string, readonly ServiceInstance[]>();
  #steps: Step[] = [];
  #calls: CallEvent[] = [];
  #refusals: RefusalEvent[] = [];
  #sends: SendEvent[] = [];

  private constructor(network: NetworkFile) {
    this.network = network;
    this.#simulation = createSimulation({ seed: network.seed, startMs: START_MS });
    const named = Object.entries(network.peers).map(
      ([name, { seed }]) => [name, signerOf(seedOf(name, seed))] as const,
    );
    this.#signers = new Map(named);
    this.#names = new Map(named.map(([name, { peerId }]) => [peerId, name]));
  }

  /** @throws {CliError} If a service of the file cannot be started. */
  static async open(network: NetworkFile): Promise<Session> {
    const session = new Session(network);
    for (const name of Object.keys(network.peers)) await session.#addPeer(name);
    return session;
  }

  get peerIds(): ReadonlyMap<string, string> {
    return new Map([...this.#signers].map(([name, { peerId }]) => [name, peerId]));
  }

  servicesOf(name: string): readonly ServiceInstance[] {
    return this.#services.get(name) ?? [];
  }

  nameOf(peerId: string): string | undefined {
    return this.#names.get(peerId);
  }

  /** Names for the ids of this network's peers, wherever they stand in a text. */
  withNames(text: string): string {
    let named = text;
    for (const [peerId, name] of this.#names) named = named.replaceAll(peerId, name);
    return named;
  }

  /** Puts somebody on the wire. @returns Takes them off again. */
  intercept(interceptor: Interceptor): () => void {
    return this.#simulation.network.intercept(interceptor);
  }

  /** Plays the attack that the network file describes, from now on. `earlier` scripts are read beside the file. */
  async playWire(): Promise<void> {
    const { wire } = this.network;
    if (wire === undefined) return;
    const id = (name: string): string => (this.#signers.get(name) as Signer).peerId;
    const link = { from: id(wire.from), to: id(wire.to) };
    if (wire.do === 'replace') {
      this.intercept(replaceOnWire(link, wire.find, wire.with));
      return;
    }
    const eavesdropper = new Eavesdropper();
    const leave = this.intercept(eavesdropper.intercept);
    await this.run(readText(resolve(this.network.folder, wire.earlier.script)), wire.earlier.init);
    leave();
    if (eavesdropper.last !== undefined)
      this.intercept(spliceOnWire(link, id(wire.records), eavesdropper.last));
  }

  /**
   * Runs a script to its end on all peers.
   *
   * @throws {AirError} For a script that cannot be parsed. @throws {CliError} For names that nobody defines.
   */
  async run(script: string, init: string = this.network.init): Promise<RunReport> {
    const { air, data } = bindVariables(script, this.#variables());
    [this.#steps, this.#calls, this.#refusals, this.#sends] = [[], [], [], []];
    const peer = this.#peers.get(init) as Peer;
    const run = peer.run(air, { ttlMs: this.network.ttlMs, handlers: { data } });
    await this.#simulation.settle();
    await this.#simulation.runToEnd();
    const ended = await run.done.then(
      response => ({ response, failure: undefined }),
      (failure: RunFailure) => ({ response: null, failure }),
    );
    return {
      air,
      particleId: run.header.id,
      initPeerId: peer.peerId,
      steps: this.#steps,
      calls: this.#calls,
      refusals: this.#refusals,
      sends: this.#sends,
      ...ended,
    };
  }

  #variables(): Map<string, JsonValue> {
    const own = Object.entries(this.network.variables).map(
      ([name, value]) => [name, asVariable(value)] as const,
    );
    return new Map<string, JsonValue>([...this.peerIds, ...own]);
  }

  async #addPeer(name: string): Promise<void> {
    const specs = this.network.peers[name]?.services ?? [];
    const services: ServiceInstance[] = [];
    for (const spec of specs) services.push(await startFromSpec(spec, this.network, this.peerIds));
    this.#services.set(name, services);
    const peer = this.#simulation.addPeer({
      secretKey: this.#signers.get(name) as Signer,
      services,
      nameOf: peerId => this.nameOf(peerId),
      observer: {
        step: step => {
          this.#steps.push(step);
          this.recorder.step(step);
        },
        call: event => {
          this.#calls.push(event);
          this.recorder.call(event);
        },
        refused: event => void this.#refusals.push(event),
        sent: event => void this.#sends.push(event),
      },
    });
    this.#peers.set(name, peer);
  }
}

const seedOf = (name: string, seed: string | undefined): Uint8Array =>
  (seed === undefined ? undefined : fromHex(seed)) ?? sha256(`beryl demo ${name}`);
