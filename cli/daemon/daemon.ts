import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fromBase64 } from '../../base/bytes.ts';
import { DenyList, openTraces, type PeerLimits } from '../../peer/index.ts';
import { filesIn } from '../network-file.ts';
import { startServices } from '../../network/index.ts';
import type { PolicySet } from '../../services/index.ts';
import { setFaultPolicy, stackOf, type FaultPolicy } from '../faults.ts';
import type { Config } from './config.ts';
import { control, socketOf, type Controlled } from './control.ts';
import { followDenyFile, OperatorList } from './deny-files.ts';
import { json, serve, type Reply } from './http.ts';
import { Identities, statementsOf } from './identities.ts';
import { openLog, type Log } from './log.ts';
import { Metrics } from './metrics.ts';
import { startNode, type NodeParts, type RunningNode } from './nodes.ts';
import { observing, together } from './observing.ts';
import { openPeerKey } from './peer-key.ts';
import { loadPolicy } from './policies.ts';
import { openRecorder } from './recording.ts';
import { SignedLists } from './signed-lists.ts';

/** The name under which a configuration knows its own peer. */
const SELF = 'self';
/** How often a draining peer is looked at, milliseconds. */
const LOOK_MS = 20;

type Environment = Readonly<Record<string, string | undefined>>;

/** A running peer of a configuration. */
export interface Daemon {
  readonly peerId: string;
  readonly addresses: readonly string[];
  /** Stops it in order: nothing new, calls under way end, the store is closed. */
  stop(): Promise<void>;
  /** Resolves when it has stopped. */
  readonly ended: Promise<void>;
}

/**
 * Starts the peer of a configuration.
 *
 * @param write  Takes the lines of the log.
 * @param worker Number of the worker, from 0; left out: the peer has one process.
 * @throws {CliError | StoreError | LinkError} If any part cannot start; nothing is left running.
 */
export async function startDaemon(
  config: Config,
  environment: Environment,
  write: (line: string) => void,
  worker?: number,
): Promise<Daemon> {
  const log = await openLog(config.log, write);
  const key = await openPeerKey(config, environment, worker);
  const ends: (() => void | Promise<void>)[] = [() => key.close()];
  try {
    mkdirSync(config.data, { recursive: true, mode: 0o700 });
    return await start({ config, key, log, worker, environment }, ends);
  } catch (failure) {
    for (const end of ends.toReversed()) await end();
    throw failure;
  }
}

async function start(
  {
    config,
    key,
    log,
    worker,
    environment,
  }: Pick<NodeParts, 'config' | 'key' | 'log' | 'worker'> & { readonly environment: Environment },
  ends: (() => void | Promise<void>)[],
): Promise<Daemon> {
  const metrics = new Metrics();
  let stop: ((graceMs?: number) => Promise<void>) | undefined;
  ends.push(setFaultPolicy(faultPolicy(log, metrics, async () => await stop?.(0))));
  const denied = new DenyList();
  const operator = new OperatorList(join(config.data, 'denied.json'), denied);
  const lists = new SignedLists(join(config.data, 'deny-lists'), config.denyAuthorities, denied);
  const identities = new Identities(join(config.data, 'identities'), denied);
  const self = key.signer;
  const names = new Map([...Object.entries(config.names), [SELF, self.peerId]]);
  const network = {
    peers: { [SELF]: { services: config.services } },
    beside: filesIn(config.folder),
    follow: (name: string) => identities.follow(name),
  };
  const services = await startServices(SELF, network, names, systemTime, self);
  const idsOf = new Map([...names].map(([name, peerId]) => [peerId, name]));
  if (config.denyFile !== undefined) {
    const failed = (failure: unknown): void =>
      log.write('error', 'the deny file is not in force', { reason: String(failure) });
    ends.push(followDenyFile(config.denyFile, denied, failed));
  }
  const policy = loadPolicy(config, names, log, metrics);
  const recording = openRecorder(config, self.peerId, environment, log, metrics);
  if (recording !== undefined) ends.push(() => recording.end());
  const traces = config.traces ? await openTraces() : undefined;
  if (traces !== undefined) ends.push(() => traces.end());
  const describeRules = (): void =>
    recording?.recorder.addPeer({
      peerId: self.peerId,
      rules: {
        services: services.map(({ instance }) => instance),
        ...(policy && { policy: policy.policies.policy.file }),
      },
    });
  describeRules();
  const node = await startNode({
    config,
    key,
    log,
    services,
    worker,
    options: {
      denied,
      envelopes: config.envelopes,
      limits: config.limits as Partial<PeerLimits>,
      nameOf: peerId => idsOf.get(peerId),
      observer: together(observing(log, metrics), recording?.recorder, traces),
      ...(policy && { policies: policy.policies }),
      logger: { warn: (message, fields) => log.write('warn', message, plainFields(fields)) },
    },
  });
  const { peer } = node;
  ends.push(() => peer.stop({ graceMs: 0 }));
  describeState(metrics, node);
  if (policy !== undefined) ends.push(policy.follow(describeRules));

  let stopping: Promise<void> | undefined;
  let isEnded: () => void = () => undefined;
  const ended = new Promise<void>(resolve => (isEnded = resolve));
  stop = (graceMs = config.graceMs): Promise<void> => {
    stopping ??= (async () => {
      log.write('info', 'stopping', { atWork: peer.atWork });
      peer.pause();
      await peer.stop({ graceMs });
      log.write('info', 'stopped');
      for (const end of ends.toReversed()) await end();
      isEnded();
    })();
    return stopping;
  };
  const running = { policies: policy?.policies, recordingPath: recording?.path };
  const controlled = controlledBy({
    config,
    node,
    denied,
    operator,
    lists,
    identities,
    log,
    stop,
    ...running,
  });
  const socket = socketOf(config.data);
  // The store's lock says that no other process has this folder: the socket is a dead one's.
  rmSync(socket, { force: true });
  const endControl = await serve({ path: socket }, request => control(controlled, request));
  chmodSync(socket, 0o600);
  ends.push(async () => {
    await endControl();
    rmSync(socket, { force: true });
  });
  if (config.metrics !== 'off')
    ends.push(await serveMetrics(config.metrics, metrics, peer, () => stopping === undefined));
  log.write('info', 'started', { peer: peer.peerId, addresses: node.addresses().join(' ') });
  return { peerId: peer.peerId, addresses: node.addresses(), stop, ended };
}

/** A fault of a module does not end the peer, unless it may have left the process in any state: then it stores, and ends. */
function faultPolicy(log: Log, metrics: Metrics, stop: () => Promise<void>): FaultPolicy {
  metrics.describe(
    'beryl_floating_rejections_total',
    'Promises that rejected and that nothing awaits, by the handler that made them.',
  );
  return {
    floating({ handler = '', stack }) {
      metrics.count('beryl_floating_rejections_total', { handler });
      log.write('error', 'a promise rejected, and nothing awaits it', { handler, stack });
    },
    async beforeEnd(failure) {
      log.write('error', 'an exception that nothing caught ends the peer', { stack: stackOf(failure) });
      await stop();
    },
  };
}

const systemTime = {
  now: () => Date.now(),
  after: (ms: number, then: () => void) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};

function describeState(metrics: Metrics, { peer, connected }: RunningNode): void {
  metrics
    .describe('beryl_particles_at_work', 'Particles that are at work.')
    .describe('beryl_particles_alive', 'Particles whose life is not over, at rest ones included.')
    .describe('beryl_connected_peers', 'Peers that are connected.')
    .describe('beryl_paused', '1 while the peer takes nothing new.');
  metrics.gauge('beryl_particles_at_work', () => peer.atWork);
  metrics.gauge('beryl_particles_alive', () => peer.size);
  metrics.gauge('beryl_connected_peers', () => connected().length);
  metrics.gauge('beryl_paused', () => Number(peer.isPaused));
  metrics.gauge('process_resident_memory_bytes', () => process.memoryUsage.rss());
}

function serveMetrics(
  at: string,
  metrics: Metrics,
  peer: RunningNode['peer'],
  isRunning: () => boolean,
): Promise<() => Promise<void>> {
  const colon = at.lastIndexOf(':');
  const [host, port] = [at.slice(0, colon), Number(at.slice(colon + 1))];
  return serve({ host, port }, ({ method, path }): Reply => {
    if (method !== 'GET') return json(405, { error: 'only GET' });
    switch (path) {
      case '/metrics':
        return { status: 200, type: 'text/plain; version=0.0.4', body: metrics.text() };
      case '/healthz':
        return json(200, { status: 'alive' });
      case '/readyz': {
        const isReady = isRunning() && !peer.isPaused;
        return json(isReady ? 200 : 503, { status: isReady ? 'ready' : 'not ready' });
      }
      default:
        return json(404, { error: 'there are /metrics, /healthz and /readyz' });
    }
  });
}

interface Parts {
  readonly config: Config;
  readonly node: RunningNode;
  readonly denied: DenyList;
  readonly operator: OperatorList;
  readonly lists: SignedLists;
  readonly identities: Identities;
  readonly log: Log;
  readonly stop: () => Promise<void>;
  readonly policies: PolicySet | undefined;
  readonly recordingPath: string | undefined;
}

function controlledBy(parts: Parts): Controlled {
  const { config, node, denied, operator, lists, identities, log, stop, policies, recordingPath } = parts;
  const begun = Date.now();
  const { peer } = node;
  const state = () => ({ isPaused: peer.isPaused, atWork: peer.atWork });
  return {
    status: () => ({
      peerId: peer.peerId,
      pid: process.pid,
      ...state(),
      alive: peer.size,
      addresses: node.addresses(),
      connected: node.connected(),
      ...(node.partitions && { partitions: node.partitions().length }),
      denied: Object.fromEntries([...denied.sources].map(([source, entries]) => [source, entries.length])),
      envelopes: config.envelopes,
      ...(policies && { policy: policies.policy.hash }),
      ...(recordingPath !== undefined && { recording: recordingPath }),
      upMs: Date.now() - begun,
    }),
    particles: limit => peer.particles(limit),
    services: () => node.services(),
    log: count => log.recent(count),
    async drain(waitMs) {
      peer.pause();
      log.write('info', 'draining', { atWork: peer.atWork });
      for (const end = Date.now() + waitMs; peer.atWork > 0 && Date.now() < end;)
        await new Promise(resolve => setTimeout(resolve, LOOK_MS));
      log.write('info', 'drained', { atWork: peer.atWork });
      return state();
    },
    resume() {
      peer.resume();
      log.write('info', 'resumed');
      return state();
    },
    deny(entry) {
      operator.deny(entry);
      log.write('warn', 'denied', { peer: entry.peerId, role: entry.role, reason: entry.reason });
      return { peerId: entry.peerId, role: entry.role };
    },
    allow(peerId) {
      const wasDenied = operator.allow(peerId);
      log.write('warn', 'allowed', { peer: peerId });
      const isDenied = denied.has(peerId, 'host') || denied.has(peerId, 'init');
      return { peerId, wasDenied, isDenied };
    },
    denyList(text) {
      const taken = lists.take(fromBase64(text) ?? new Uint8Array(0));
      log.write('warn', 'deny list taken', taken);
      return taken;
    },
    identity(texts) {
      const taken = identities.take(statementsOf(texts));
      log.write('warn', 'identity taken', taken);
      return taken;
    },
    stop() {
      // The answer goes out before the socket is closed.
      setImmediate(() => void stop());
      return { stopping: true };
    },
  };
}

function plainFields(
  fields: Readonly<Record<string, unknown>> | undefined,
): Record<string, string | number | boolean> {
  const plain = Object.entries(fields ?? {}).map(([name, value]) => [
    name,
    typeof value === 'number' || typeof value === 'boolean' ? value : String(value),
  ]);
  return Object.fromEntries(plain) as Record<string, string | number | boolean>;
}
