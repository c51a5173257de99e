import { equalBytes } from '../base/bytes.ts';
import { printable } from '../base/printable.ts';
import type { Recorder, RecordingSink } from '../audit/index.ts';
import { type Json, type JsonValue, type Signer } from '../interpreter/index.ts';
import {
  StartedFailure,
  seededRandom,
  type Interceptor,
  type ParticleHandlers,
  type Peer,
} from '../peer/index.ts';
import {
  builtins,
  createPolicySet,
  type Policy,
  type PolicySet,
  type Recall,
  type ServiceInstance,
} from '../services/index.ts';
import { attackEnvelopes, type EnvelopeAttack } from './envelope-attack.ts';
import { NetworkError } from './errors.ts';
import type { Beside, NetworkFile, ServiceSpec } from './network-file.ts';
import { Observed, type Happened } from './observed.ts';
import { parsePolicyFile } from './policy-file.ts';
import { Outside, type ReachOptions } from './outside.ts';
import { recorderInto } from './recorder.ts';
import { responseOf } from './response.ts';
import { startServices, type StartedService } from './services.ts';
import { signersOf } from './signers.ts';
import { bindVariables, knownNames, withPeerIds } from './variables.ts';
import { liveWorld, virtualWorld, type World, type WorldPeerOptions } from './world.ts';

/** What happened on all peers while one script ran. */
export interface ScriptReport extends Happened {
  readonly air: string;
  readonly particleId: string;
  readonly initPeerId: string;
  /** What the script gave to `callbackSrv.response`, as JSON text without loss; `null` for nothing. */
  readonly responseJson: string;
  readonly failure: StartedFailure | undefined;
}

export interface SessionScriptOptions {
  /** Name of the script in diagnostics. */
  readonly file: string;
  /** The peer that starts it; that of the network file if left out. */
  readonly init?: string;
  /** What the script loads beside the names of the network file. */
  readonly loads?: Readonly<Record<string, Json>>;
  readonly callbacks?: NonNullable<ParticleHandlers['callbacks']>;
  /** Answers of earlier calls, given again. Left out: every call runs its handler. */
  readonly recall?: Recall;
  /** Ends the script: handlers under way on the peers of the session are aborted. */
  readonly signal?: AbortSignal;
}

/** What a report needs to know of the peers. */
export type PeerNames = Pick<Session, 'peerIds' | 'nameOf' | 'withNames' | 'servicesOf' | 'functionsOf'>;

/** The peers of a network file, in one process. Services keep their state from script to script. */
export class Session {
  readonly network: NetworkFile;
  /** Left out if nothing records. */
  readonly recorder: Recorder | undefined;
  readonly #world: World;
  readonly #known: Map<string, Json>;
  readonly #signers: ReadonlyMap<string, Signer>;
  /** Names by id: of the peers here, and of those that they reach. */
  readonly #names: Map<string, string>;
  readonly #peers = new Map<string, Peer>();
  readonly #services = new Map<string, readonly ServiceInstance[]>();
  readonly #policies = new Map<string, PolicySet>();
  /** Services that were put on peers while the session runs, by peer and id. */
  readonly #provided = new Map<string, { dispose(): void }>();
  #recall: Recall | undefined;
  readonly #observed: Observed;
  readonly #outside: Outside;

  private constructor(network: NetworkFile, world: World, recorder: Recorder | undefined) {
    this.network = network;
    this.#world = world;
    this.recorder = recorder;
    this.#observed = new Observed(recorder);
    this.#outside = new Outside(network, world);
    const named = signersOf(network);
    this.#signers = new Map(named);
    this.#names = new Map(named.map(([name, { peerId }]) => [peerId, printable(name)]));
    this.#known = knownNames(network, this.peerIds);
  }

  /**
   * @param sink Takes the recording, as it happens. Left out: nothing is recorded.
   * @throws {NetworkError} If a service of the file cannot be started.
   */
  static async open(network: NetworkFile, sink?: RecordingSink): Promise<Session> {
    const world = network.clock === 'virtual' ? virtualWorld(network.seed) : liveWorld();
    const session = new Session(network, world, sink && (await recorderInto(sink, world)));
    for (const name of Object.keys(network.peers)) await session.#addPeer(name);
    return session;
  }

  /** What scripts and calls may use by name. */
  get names(): ReadonlyMap<string, Json> {
    return this.#known;
  }

  get peerIds(): ReadonlyMap<string, string> {
    return new Map([...this.#signers].map(([name, { peerId }]) => [name, peerId]));
  }

  /** Gives scripts a name for a value. Names of peers in it stand for ids, as in `variables` of a network file. */
  define(name: string, value: Json): void {
    this.#known.set(name, withPeerIds(value, this.peerIds));
  }

  /**
   * Puts a service on a peer, or another one in the place of a service of this id. A service that was replaced is forgotten with its
   * state.
   *
   * @param beside Where paths of modules begin; the folder of the network file if left out.
   * @returns The service.
   * @throws {NetworkError} As {@link Session.open}.
   */
  async provide(
    peer: string,
    spec: ServiceSpec,
    beside: Beside = this.network.beside,
  ): Promise<ServiceInstance> {
    const signer = this.#signers.get(peer) as Signer;
    const network = { peers: { [peer]: { services: [spec] } }, beside };
    const [started] = await startServices(peer, network, this.peerIds, this.#world.clock, signer);
    const { instance } = started as StartedService;
    const { services } = this.#peers.get(peer) as Peer;
    this.#provided.get(`${peer} ${instance.id}`)?.dispose();
    this.#provided.set(`${peer} ${instance.id}`, services.register(instance, { override: true }));
    const others = this.servicesOf(peer).filter(({ id }) => id !== instance.id);
    this.#services.set(peer, [...others, instance]);
    this.#describe(peer);
    return instance;
  }

  /**
   * A script with loads for the names that it uses and does not define.
   *
   * @param more Names that it may use beside those of the network.
   * @throws {AirError} For a script that is not valid. @throws {NetworkError} For names that are not known.
   */
  bind(script: string, file: string, more: Iterable<string> = []): string {
    const known = new Map<string, Json>([...[...more].map(name => [name, null] as const), ...this.#known]);
    return bindVariables(script, known, file);
  }

  /** What every peer has. */
  builtins(): readonly ServiceInstance[] {
    return builtins({ clock: this.#world.clock });
  }

  servicesOf(name: string): readonly ServiceInstance[] {
    return this.#services.get(name) ?? [];
  }

  /** Functions that a peer has, as `service.function`: its own and those that every peer has. */
  functionsOf(peerId: string): string[] {
    const { services } = this.#peers.get([...this.peerIds].find(([, id]) => id === peerId)?.[0] ?? '') ?? {};
    return (services?.ids() ?? []).flatMap(id =>
      [...(services?.find(id)?.definition.functions.keys() ?? [])].map(fn => `${id}.${fn}`),
    );
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
    return this.#world.network.intercept(interceptor);
  }

  /** Whether a peer is one of this process. */
  isHere(peerId: string): boolean {
    return [...this.#signers.values()].some(signer => signer.peerId === peerId);
  }

  /**
   * Connects the peers of this process to a running peer, so that one script can go from here to there and back. Only peers with a
   * `seed` of their own: the keys of others follow from their names, and anybody can have them.
   *
   * @returns Names of the peers that are connected. `virtual`: none, since the time here is not that of other machines.
   * @throws {LinkError} @throws {NetworkError} `ERR_CLI_PEER` if it cannot be reached in time.
   */
  async reach(name: string, address: string, options: ReachOptions): Promise<readonly string[] | 'virtual'> {
    const reached = await this.#outside.reach(address, options);
    if (typeof reached !== 'object') return reached ?? [];
    this.#names.set(reached.peerId, printable(name));
    return reached.peers;
  }

  /** Ends the connections to running peers. */
  end(): Promise<void> {
    return this.#outside.end();
  }

  /** Puts an attacker on the wire who changes the envelope of each hop. @returns Takes them off again. */
  attackEnvelopes(attack: EnvelopeAttack): () => void {
    return attackEnvelopes(attack, {
      network: this.#world.network,
      clock: this.#world.clock,
      random: seededRandom(this.network.seed),
      signers: [...this.#signers.values()],
      refused: event => this.#observed.envelopeRefused(event),
    });
  }

  /**
   * Runs a script to its end on all peers.
   *
   * @throws {AirError} For a script that is not valid. @throws {NetworkError} For names that are not known.
   */
  async run(
    script: string,
    { file, init = this.network.init, loads = {}, callbacks = {}, recall, signal }: SessionScriptOptions,
  ): Promise<ScriptReport> {
    const known = new Map([...this.#known, ...Object.entries(loads)]);
    const air = bindVariables(script, known, file);
    // Floats such as `1.0` stay what they are: services take every lossless value, though its type does not say so.
    const data = Object.fromEntries(known) as Record<string, JsonValue>;
    this.#recall = recall;
    this.#observed.begin();
    const peer = this.#peers.get(init) as Peer;
    const started = peer.run(air, { ttlMs: this.network.ttlMs, handlers: { data, callbacks } });
    const { signature } = started.header;
    // A handler of a script that was stopped may still make calls.
    this.#recall =
      recall && (call => (equalBytes(call.particle.signature, signature) ? recall(call) : undefined));
    const finished = this.#world.finish(started, signal);
    const isStopped = await stopped(finished, signal);
    const failure = isStopped
      ? new StartedFailure('ERR_STARTED_STOPPED', 'stopped at the prompt; handlers under way were aborted')
      : await started.done.then(
          () => undefined,
          (reason: StartedFailure) => reason,
        );
    const report: ScriptReport = {
      air,
      particleId: started.header.id,
      initPeerId: peer.peerId,
      ...this.#observed.report(),
      responseJson: failure === undefined ? responseOf(this.#observed.calls) : 'null',
      failure,
    };
    if (isStopped) {
      this.#observed.leaveOut(signature);
      await finished;
    }
    return report;
  }

  #policyAt(path: string): Policy {
    const { beside } = this.network;
    return parsePolicyFile(beside.readText(path, 'policy'), beside.pathOf(path), this.peerIds);
  }

  async #addPeer(name: string): Promise<void> {
    const started = await startServices(
      name,
      this.network,
      this.peerIds,
      this.#world.clock,
      this.#signers.get(name) as Signer,
    );
    const services = started.map(({ instance }) => instance);
    this.#services.set(name, services);
    const path = this.network.peers[name]?.policy;
    const policies = path === undefined ? undefined : createPolicySet(this.#policyAt(path).file);
    if (policies !== undefined) this.#policies.set(name, policies);
    this.#describe(name);
    const peer = this.#join({
      secretKey: this.#signers.get(name) as Signer,
      services: started.filter(({ isOverride }) => !isOverride).map(({ instance }) => instance),
      nameOf: peerId => this.nameOf(peerId),
      recall: call => this.#recall?.(call),
      ...(policies && { policies }),
      observer: this.#observed.observer,
    });
    this.#peers.set(name, peer);
    for (const { instance, isOverride } of started)
      if (isOverride) peer.services.register(instance, { override: true });
  }

  /** Tells the recorder by what rules a peer decides from now on. */
  #describe(name: string): void {
    const policies = this.#policies.get(name);
    this.recorder?.addPeer({
      peerId: (this.#signers.get(name) as Signer).peerId,
      name,
      rules: { services: this.servicesOf(name), ...(policies && { policy: policies.policy.file }) },
    });
  }

  /** @throws {NetworkError} For services that no peer takes: modules may export anything. */
  #join(options: WorldPeerOptions): Peer {
    try {
      return this.#world.addPeer(options);
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      throw new NetworkError('ERR_CLI_MODULE', printable(cause.message), {}, { cause });
    }
  }
}

/** @returns Whether `signal` fired first. */
function stopped(work: Promise<void>, signal: AbortSignal | undefined): Promise<boolean> {
  const done = work.then(() => false);
  if (signal === undefined) return done;
  const over = new Promise<boolean>(resolve => {
    if (signal.aborted) resolve(true);
    else signal.addEventListener('abort', () => resolve(true), { once: true });
  });
  return Promise.race([done, over]);
}
