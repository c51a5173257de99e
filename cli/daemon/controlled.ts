import { fromBase64 } from '../../base/bytes.ts';
import type { DenyList } from '../../peer/index.ts';
import type { PolicySet } from '../../services/index.ts';
import type { Config } from './config.ts';
import type { Controlled } from './control.ts';
import type { OperatorList } from './deny-files.ts';
import { statementsOf, type Identities } from './identities.ts';
import type { Log } from './log.ts';
import type { RunningNode } from './nodes.ts';
import type { SignedLists } from './signed-lists.ts';

/** How often a draining peer is looked at, milliseconds. */
const LOOK_MS = 20;

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

/** What operators may ask of a running peer over its control socket. */
export function controlledBy(parts: Parts): Controlled {
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
