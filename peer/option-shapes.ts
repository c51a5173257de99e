import {
  hasMethods,
  hasShape,
  isAnything,
  isCount,
  isFunction,
  isIterable,
  isOneOf,
  isPlain,
  isPositive,
  isString,
  required,
  shown,
  type Check,
  type Shape,
} from '../base/options.ts';
import { DEFAULT_LIMITS, publicKeyOfPeerId } from '../interpreter/index.ts';
import { isServiceInstance } from '../services/index.ts';
import { DEFAULT_PEER_LIMITS } from './limits.ts';
import type { PeerObserver } from './observer.ts';
import type { ParticleHandlers } from './particle-scope.ts';
import type { PeerOptions, StartOptions, StopOptions } from './peer.ts';
import type { SimulationOptions } from './simulation.ts';

const isSecretKey: Check = value =>
  value instanceof Uint8Array || typeof (value as { sign?: unknown } | null)?.sign === 'function'
    ? undefined
    : `a seed of 32 bytes or a signer, found ${shown(value)}`;

const areServices: Check = value => {
  // A list that can be read once only would be empty afterwards.
  if (!Array.isArray(value)) return `a list, found ${shown(value)}`;
  const services: readonly unknown[] = value;
  const index = services.findIndex(service => !isServiceInstance(service));
  return index < 0
    ? undefined
    : `running services: \`services[${index}]\` is ${shown(services[index])}; write startService(…) around a definition`;
};

/** A name, or a misspelt id, would deny nobody. A list that can be read once only would be empty afterwards. */
const arePeers: Check = value => {
  const mistake = isIterable(value);
  if (mistake !== undefined) return mistake;
  if (!Array.isArray(value) && !(value instanceof Set)) return `a list or a set, found ${shown(value)}`;
  const wrong = [...(value as Iterable<unknown>)].find(
    peer => typeof peer !== 'string' || publicKeyOfPeerId(peer) === undefined,
  );
  return wrong === undefined ? undefined : `peer ids (12D3Koo…, 52 characters), found ${shown(wrong)}`;
};

const OBSERVER: Shape<PeerObserver> = {
  step: isFunction,
  call: isFunction,
  refused: isFunction,
  sent: isFunction,
  expired: isFunction,
};

/** A literal may hold nothing but listeners, so that a misspelt one is found; an instance of a class may hold what it likes. */
const isObserver: Check = value => {
  const isLiteral = Object.getPrototypeOf(Object(value)) === Object.prototype;
  return isLiteral ? hasShape(OBSERVER)(value) : isPlain(value);
};

/** All limits of a table, each a count. */
const limitsOf = (defaults: object): Check =>
  hasShape(Object.fromEntries(Object.keys(defaults).map(name => [name, isCount])));

export const PEER_OPTIONS: Shape<PeerOptions> = {
  secretKey: required(isSecretKey),
  transport: required(hasMethods('start', 'stop', 'send')),
  services: areServices,
  acl: isAnything,
  guardMode: isOneOf('enforce', 'monitor', 'off'),
  nameOf: isFunction,
  denied: arePeers,
  limits: limitsOf(DEFAULT_PEER_LIMITS),
  runLimits: limitsOf(DEFAULT_LIMITS),
  observer: isObserver,
  clock: hasMethods('now', 'after'),
  random: hasMethods('bytes', 'next'),
  store: hasMethods('open', 'commit', 'load', 'scan', 'state', 'remove', 'sweep', 'close'),
  logger: hasMethods('warn'),
  activity: hasMethods('begin', 'end', 'hold', 'deadline'),
};

export const START_OPTIONS: Shape<StartOptions> = {
  ttlMs: isPositive,
  id: isString,
  handlers: hasShape<ParticleHandlers>({ data: isPlain, callbacks: isPlain }),
};

export const STOP_OPTIONS: Shape<StopOptions> = { graceMs: isCount };

export const SIMULATION_OPTIONS: Shape<SimulationOptions> = {
  seed: required(isCount),
  startMs: required(isCount),
  realWorkMs: isCount,
};
