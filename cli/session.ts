import { resolve } from 'node:path';
import { fromHex } from '../base/bytes.ts';
import { printable } from '../base/printable.ts';
import { MemorySink, Recorder, type RecordingSink } from '../audit/index.ts';
import { sha256, signerOf, type Json, type JsonValue, type Signer, type Step } from '../interpreter/index.ts';
import type { RunFailure, Interceptor, Peer, RefusalEvent, SendEvent } from '../peer/index.ts';
import type { CallEvent, ServiceInstance } from '../services/index.ts';
import { CliError } from './errors.ts';
import { readText } from './files.ts';
import type { NetworkFile } from './network-file.ts';
import { responseOf } from './response.ts';
import { startServices } from './services.ts';
import { bindVariables, knownNames } from './variables.ts';
import { Eavesdropper, replaceOnWire, spliceOnWire } from './wire.ts';
import { liveWorld, virtualWorld, type World, type WorldPeerOptions } from './world.ts';

/** What happened on all peers while one script ran. */
export interface RunReport {
  readonly air: string;
  readonly particleId: string;
  readonly initPeerId: string;
  readonly steps: readonly Step[];
  readonly calls: readonly CallEvent[];
  readonly refusals: readonly RefusalEvent[];
  readonly sends: readonly SendEvent[];
  /** What the script gave to `callbackSrv.response`, as JSON text without loss; `null` for nothing. */
  readonly responseJson: string;
  readonly failure: RunFailure | undefined;
}

/** The peers of a network file, in one process. Services keep their state from script to script. */
export class Session {
  readonly network: NetworkFile;
  readonly recorder: Recorder;
  readonly #sink: RecordingSink;
  readonly #world: World;
  readonly #known: ReadonlyMap<string, Json>;
  readonly #signers: ReadonlyMap<string, Signer>;
  readonly #names: ReadonlyMap<string, string>;
  readonly #peers = new Map<string, Peer>();
  readonly #services = new Map<string, readonly ServiceInstance[]>();
  #steps: Step[] = [];
  #calls: CallEvent[] = [];
  #refusals: RefusalEvent[] = [];
  #sends: SendEvent[] = [];

  private constructor(network: NetworkFile, sink: RecordingSink) {
    this.network = network;
    this.#sink = sink;
    this.#world = network.clock === 'virtual' ? virtualWorld(network.seed) : liveWorld();
    const named = Object.entries(network.peers).map(
      ([name, { seed }]) => [name, signerOf(seedOf(name, seed))] as const,
    );
    this.#signers = new Map(named);
    this.#names = new Map(named.map(([name, { peerId }]) => [peerId, printable(name)]));
    this.#known = knownNames(network, this.peerIds);
    this.recorder = new Recorder({
      sink,
      origin: `beryl.local/recording/${crypto.randomUUID()}`,
      signer: RECORDER,
      clock: this.#world.clock,
    });
  }

  /**
   * @param sink Takes the recording, as it happens.
   * @throws {CliError} If a service of the file cannot be started.
   */
  static async open(network: NetworkFile, sink: RecordingSink = new MemorySink()): Promise<Session> {
    const session = new Session(network, sink);
    for (const name of Object.keys(network.peers)) await session.#addPeer(name);
    return session;
  }

  get peerIds(): ReadonlyMap<string, string> {
    return new Map([...this.#signers].map(([name, { peerId }]) => [name, peerId]));
  }

  /** What was recorded so far; empty if it goes to a file. */
  get recordingText(): string {
    return this.#sink instanceof MemorySink ? this.#sink.text() : '';
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

  /** Puts an interceptor on the wire. @returns Takes it off again. */
  intercept(interceptor: Interceptor): () => void {
    return this.#world.intercept(interceptor);
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
    const path = resolve(this.network.folder, wire.earlier.script);
    await this.run(readText(path, 'script'), { file: path, init: wire.earlier.init });
    leave();
    if (eavesdropper.last !== undefined)
      this.intercept(spliceOnWire(link, id(wire.records), eavesdropper.last));
  }

  /**
   * Runs a script to its end on all peers.
   *
   * @param options.file Name of the script in diagnostics.
   * @throws {AirError} For a script that is not valid. @throws {CliError} For names that are not known.
   */
  async run(
    script: string,
    { file, init = this.network.init }: { readonly file: string; readonly init?: string },
  ): Promise<RunReport> {
    const air = bindVariables(script, this.#known, file);
    // Floats such as `1.0` stay what they are: services take every lossless value, though its type does not say so.
    const data = Object.fromEntries(this.#known) as Record<string, JsonValue>;
    [this.#steps, this.#calls, this.#refusals, this.#sends] = [[], [], [], []];
    const peer = this.#peers.get(init) as Peer;
    const run = peer.run(air, { ttlMs: this.network.ttlMs, handlers: { data } });
    await this.#world.finish(run);
    const failure = await run.done.then(
      () => undefined,
      (reason: RunFailure) => reason,
    );
    return {
      air,
      particleId: run.header.id,
      initPeerId: peer.peerId,
      steps: this.#steps,
      calls: this.#calls,
      refusals: this.#refusals,
      sends: this.#sends,
      responseJson: failure === undefined ? responseOf(this.#calls) : 'null',
      failure,
    };
  }

  async #addPeer(name: string): Promise<void> {
    const started = await startServices(name, this.network, this.peerIds, this.#world.clock);
    const services = started.map(({ instance }) => instance);
    this.#services.set(name, services);
    this.recorder.addPeer({ peerId: (this.#signers.get(name) as Signer).peerId, name, rules: { services } });
    const peer = this.#join({
      secretKey: this.#signers.get(name) as Signer,
      services: started.filter(({ isOverride }) => !isOverride).map(({ instance }) => instance),
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
        refused: event => {
          this.#refusals.push(event);
          this.recorder.refused(event);
        },
        sent: event => {
          this.#sends.push(event);
          this.recorder.sent(event);
        },
        expired: event => this.recorder.expired(event),
      },
    });
    this.#peers.set(name, peer);
    for (const { instance, isOverride } of started)
      if (isOverride) peer.services.register(instance, { override: true });
  }

  /** @throws {CliError} For services that no peer takes: modules may export anything. */
  #join(options: WorldPeerOptions): Peer {
    try {
      return this.#world.addPeer(options);
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      throw new CliError('ERR_CLI_MODULE', printable(cause.message), {}, { cause });
    }
  }
}

/** Seeds of a network file are its reader's own, and so is this key: a checkpoint of a demo proves that the file is whole, not who wrote it. */
const RECORDER = signerOf(sha256('beryl demo recorder'));

const seedOf = (name: string, seed: string | undefined): Uint8Array =>
  (seed === undefined ? undefined : fromHex(seed)) ?? sha256(`beryl demo ${name}`);
