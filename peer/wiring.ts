import type { PeerOptions } from './options.ts';
import { signerOf } from '../interpreter/index.ts';
import {
  aliasService,
  builtins,
  createGatekeeper,
  messageOf,
  startService,
  type ServiceInstance,
  type ServiceLookup,
} from '../services/index.ts';
import { boundedStore } from './bounded-store.ts';
import { DenyList, fixedDenyList } from './envelopes/deny-list.ts';
import { HopGate } from './envelopes/hop-gate.ts';
import type { ReplayWindow } from './envelopes/replay-window.ts';
import { Hops } from './hops.ts';
import { notifier, safeWarn, type Host } from './host.ts';
import { DEFAULT_PEER_LIMITS } from './limits.ts';
import type { PeerObserver } from './observer.ts';
import { safeActivity, safeClock } from './safe-ports.ts';
import { Signing } from './signing.ts';
import { memoryStore } from './stores/memory.ts';
import { noActivity, silentLogger, systemClock, systemDefer, systemRandom } from './system.ts';
import type { Transport } from './transports/transport.ts';

const DEFAULT_SIGN_TIMEOUT_MS = 5000;

/** The services that every peer has. */
export function builtinsOf(
  { clock, signing }: Host,
  { identity = {}, transport, link, contacts = transport?.contacts ?? link?.contacts }: PeerOptions,
): ServiceInstance[] {
  const { peerId } = signing;
  const key = { peerId, sign: (message: Uint8Array) => signing.sign(message) };
  return builtins({ ...identity, clock, key, ...(contacts && { contacts }) });
}

/** The service that knows aliases, of a peer that has some. */
export function aliasServiceOf(
  { aliases, acl }: PeerOptions,
  registry: ServiceLookup,
  peerId: string,
): ServiceInstance[] {
  if (aliases === undefined) return [];
  return [startService(aliasService({ aliases, registry, gatekeeper: createGatekeeper(peerId, acl) }))];
}

/** The ports, limits and observers of a peer, made safe and bounded. */
export function hostOf(options: PeerOptions, window: ReplayWindow): Host {
  const { secretKey, runLimits, denied = [], signTimeoutMs = DEFAULT_SIGN_TIMEOUT_MS } = options;
  const limits = { ...DEFAULT_PEER_LIMITS, ...options.limits };
  const signer = secretKey instanceof Uint8Array ? signerOf(secretKey) : secretKey;
  const warn = safeWarn(options.logger ?? silentLogger);
  const activity = safeActivity(options.activity ?? noActivity, warn);
  const clock = safeClock(options.clock ?? systemClock, warn);
  const host = {
    peerId: signer.peerId,
    signing: new Signing(signer, { clock, activity, timeoutMs: signTimeoutMs }),
    denied: denied instanceof DenyList ? denied : fixedDenyList(denied),
    runLimits,
    activity,
    warn,
    clock,
    defer: options.defer ?? systemDefer,
    store: boundedStore(options.store ?? memoryStore(), activity, limits.portMs),
    limits,
    notify: notifier(options.observer ?? {}, warn),
    isWatched: (event: keyof PeerObserver) => options.observer?.[event] !== undefined,
  };
  return { ...host, transport: transportOf(options, host, window) };
}

/** Over a link of bytes a peer encodes particles and seals each hop itself. */
function transportOf(
  { transport, link, envelopes = 'enforce', random = systemRandom }: PeerOptions,
  host: Omit<Host, 'transport'>,
  window: ReplayWindow,
): Transport {
  if ((transport === undefined) === (link === undefined))
    throw new TypeError('createPeer: give either `transport` or `link`');
  if (link === undefined) return transport as Transport;
  const { peerId, signing, clock, denied, store, warn, notify } = host;
  const gate = new HopGate({
    signer: signing,
    clock,
    random,
    denied,
    window,
    keep: (nonce, forgetBeforeMs) => {
      // A hint: it is written together with what the frame brings about, before it.
      store.commit({ nonce: { ...nonce, forgetBeforeMs }, isHint: true }).catch((failure: unknown) => {
        warn('could not note an envelope', { failure: messageOf(failure) });
      });
    },
  });
  return new Hops({ peerId, link, mode: envelopes, gate, denied, clock, notify });
}
