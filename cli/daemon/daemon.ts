import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DenyList, openTraces, type PeerLimits } from '../../peer/index.ts';
import { filesIn } from '../network-file.ts';
import { startServices } from '../../network/index.ts';
import { messageOf } from '../../services/index.ts';
import { setFaultPolicy } from '../faults.ts';
import type { Config } from './config.ts';
import { control, socketOf, type Controlled } from './control.ts';
import { controlledBy } from './controlled.ts';
import { endAll, type Ends } from './ends.ts';
import { followDenyFile, OperatorList } from './deny-files.ts';
import { serve } from './http.ts';
import { Identities } from './identities.ts';
import { openLog, type Log } from './log.ts';
import { Metrics } from './metrics.ts';
import { startNode, type NodeParts, type RunningNode } from './nodes.ts';
import { observing, together } from './observing.ts';
import { faultPolicy } from './peer-faults.ts';
import { openPeerKey } from './peer-key.ts';
import { loadPolicy } from './policies.ts';
import { openRecorder } from './recording.ts';
import { SignedLists } from './signed-lists.ts';
import { describeState, serveMetrics } from './state-metrics.ts';

/** The name under which a configuration knows its own peer. */
const SELF = 'self';

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
  const ends: Ends = [() => key.close()];
  try {
    mkdirSync(config.data, { recursive: true, mode: 0o700 });
    return await start({ config, key, log, worker, environment }, ends);
  } catch (failure) {
    for (const left of await endAll(ends))
      log.write('error', 'a part could not be ended', { reason: messageOf(left) });
    throw failure;
  }
}

interface Given extends Pick<NodeParts, 'config' | 'key' | 'log' | 'worker'> {
  readonly environment: Environment;
}

async function start({ config, key, log, worker, environment }: Given, ends: Ends): Promise<Daemon> {
  const metrics = new Metrics();
  let stopping: Stopping | undefined;
  ends.push(setFaultPolicy(faultPolicy(log, metrics, async () => await stopping?.stop(0))));
  const denials = denialsOf(config, log, ends);
  const self = key.signer;
  const names = new Map([...Object.entries(config.names), [SELF, self.peerId]]);
  const network = {
    peers: { [SELF]: { services: config.services } },
    beside: filesIn(config.folder),
    follow: (name: string) => denials.identities.follow(name),
  };
  const services = await startServices(SELF, network, names, systemTime, self);
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
  const idsOf = new Map([...names].map(([name, peerId]) => [peerId, name]));
  const node = await startNode({
    config,
    key,
    log,
    services,
    worker,
    options: {
      denied: denials.denied,
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
  const { stop, ended, isStopping } = (stopping = stoppingOf(node, config, log, ends));
  const state = { policies: policy?.policies, recordingPath: recording?.path };
  if (config.metrics !== 'off')
    ends.push(await serveMetrics(config.metrics, metrics, peer, () => !isStopping()));
  // Last: an operator may stop the peer from now on, and only what has started is ended.
  ends.push(await serveControl(config, controlledBy({ config, node, ...denials, log, stop, ...state })));
  log.write('info', 'started', { peer: peer.peerId, addresses: node.addresses().join(' ') });
  return { peerId: peer.peerId, addresses: node.addresses(), stop, ended };
}

/** Whom the peer denies: by its operator, by a file, by signed lists, and by revoked keys. */
interface Denials {
  readonly denied: DenyList;
  readonly operator: OperatorList;
  readonly lists: SignedLists;
  readonly identities: Identities;
}

function denialsOf({ data, denyAuthorities, denyFile }: Config, log: Log, ends: Ends): Denials {
  const denied = new DenyList();
  const failed = (failure: unknown): void =>
    log.write('error', 'the deny file is not in force', { reason: String(failure) });
  const denials = {
    denied,
    operator: new OperatorList(join(data, 'denied.json'), denied),
    lists: new SignedLists(join(data, 'deny-lists'), denyAuthorities, denied),
    identities: new Identities(join(data, 'identities'), denied),
  };
  if (denyFile !== undefined) ends.push(followDenyFile(denyFile, denied, failed));
  return denials;
}

interface Stopping extends Pick<Daemon, 'ended'> {
  /** @param graceMs That of the configuration if left out. */
  stop(graceMs?: number): Promise<void>;
  isStopping(): boolean;
}

function stoppingOf({ peer }: RunningNode, config: Config, log: Log, ends: Ends): Stopping {
  let stopped: Promise<void> | undefined;
  let isEnded: () => void = () => undefined;
  const ended = new Promise<void>(resolve => (isEnded = resolve));
  const stop = async (graceMs: number): Promise<void> => {
    log.write('info', 'stopping', { atWork: peer.atWork });
    peer.pause();
    const failures = await endAll([...ends.splice(0), () => peer.stop({ graceMs })]);
    for (const failure of failures)
      log.write('error', 'a part could not be ended', { reason: messageOf(failure) });
    log.write('info', 'stopped');
    isEnded();
  };
  return {
    ended,
    stop: (graceMs = config.graceMs) => (stopped ??= stop(graceMs)),
    isStopping: () => stopped !== undefined,
  };
}

/** @returns Ends it. */
async function serveControl({ data }: Config, controlled: Controlled): Promise<() => Promise<void>> {
  const socket = socketOf(data);
  // The store's lock says that no other process has this folder: the socket is a dead one's.
  rmSync(socket, { force: true });
  const end = await serve({ path: socket }, request => control(controlled, request));
  chmodSync(socket, 0o600);
  return async () => {
    await end();
    rmSync(socket, { force: true });
  };
}

const systemTime = {
  now: () => Date.now(),
  after: (ms: number, then: () => void) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};

function plainFields(
  fields: Readonly<Record<string, unknown>> | undefined,
): Record<string, string | number | boolean> {
  const plain = Object.entries(fields ?? {}).map(([name, value]) => [
    name,
    typeof value === 'number' || typeof value === 'boolean' ? value : String(value),
  ]);
  return Object.fromEntries(plain) as Record<string, string | number | boolean>;
}
