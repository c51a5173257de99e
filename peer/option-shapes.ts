import {
  hasMethods,
  hasShape,
  isAnything,
  isBoolean,
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
import { DEFAULT_LIMITS, isMadeHere, publicKeyOfPeerId, type Signer } from '../interpreter/index.ts';
import { isServiceInstance } from '../services/index.ts';
import { DenyList } from './envelopes/deny-list.ts';
import { DEFAULT_PEER_LIMITS } from './limits.ts';
import type { PeerObserver } from './observer.ts';
import type { ParticleHandlers } from './particle-scope.ts';
import type { PeerOptions, StartOptions, StopOptions } from './options.ts';
import type { SimulationOptions } from './simulation.ts';

const isSecretKey: Check = value => {
  if (value instanceof Uint8Array) return undefined;
  if (isMadeHere(value as Signer)) return undefined;
  const { sign, peerId } = Object(value) as { sign?: unknown; peerId?: unknown };
  if (typeof sign !== 'function') return `a seed of 32 bytes or a signer, found ${shown(value)}`;
  return typeof peerId === 'string' && publicKeyOfPeerId(peerId) !== undefined
    ? undefined
    : `a signer whose \`peerId\` is the id of an Ed25519 key, found ${shown(peerId)}`;
};

const areServices: Check = value => {
  // An iterator can be read only once: it would be empty afterwards.
  if (!Array.isArray(value)) return `a list, found ${shown(value)}`;
  const services: readonly unknown[] = value;
  const index = services.findIndex(service => !isServiceInstance(service));
  return index < 0
    ? undefined
    : `running services: \`services[${index}]\` is ${shown(services[index])}; write startService(…) around a definition`;
};

/** A name or a misspelt id would match no peer. An iterator can be read only once: it would be empty afterwards. */
const arePeers: Check = value => {
  if (value instanceof DenyList) return undefined;
  const mistake = isIterable(value);
  if (mistake !== undefined) return mistake;
  if (!Array.isArray(value) && !(value instanceof Set)) return `a list or a set, found ${shown(value)}`;
  const wrong = [...(value as Iterable<unknown>)].find(
    peer => typeof peer !== 'string' || publicKeyOfPeerId(peer) === undefined,
  );
  return wrong === undefined ? undefined : `peer ids (12D3Koo…, 52 characters), found ${shown(wrong)}`;
};

/** A misspelt alias is not found, as any other; a value of another kind would be answered as a service id. */
const areTexts: Check = value => {
  const mistake = isPlain(value);
  if (mistake !== undefined) return mistake;
  const wrong = Object.values(value as object).find(text => typeof text !== 'string');
  return wrong === undefined ? undefined : `texts by name, found ${shown(wrong)}`;
};

const OBSERVER: Shape<PeerObserver> = {
  step: isFunction,
  call: isFunction,
  refused: isFunction,
  sent: isFunction,
  hopRefused: isFunction,
  ran: isFunction,
  expired: isFunction,
};

/** An object literal may hold only listeners, so that a misspelt one is found. An instance of a class may have other members. */
const isObserver: Check = value => {
  const isLiteral = Object.getPrototypeOf(Object(value)) === Object.prototype;
  return isLiteral ? hasShape(OBSERVER)(value) : isPlain(value);
};

/** All limits of a table, each a count. */
const limitsOf = (defaults: object): Check =>
  hasShape(Object.fromEntries(Object.keys(defaults).map(name => [name, isCount])));

export const PEER_OPTIONS: Shape<PeerOptions> = {
  secretKey: required(isSecretKey),
  signTimeoutMs: isPositive,
  transport: hasMethods('start', 'stop', 'send'),
  link: hasMethods('start', 'stop', 'request', 'disconnect'),
  envelopes: isOneOf('off', 'monitor', 'enforce'),
  services: areServices,
  acl: isAnything,
  aliases: areTexts,
  guardMode: isOneOf('enforce', 'monitor', 'off'),
  policies: hasMethods('replace', 'bind', 'record'),
  nameOf: isFunction,
  recall: isFunction,
  identity: hasShape<NonNullable<PeerOptions['identity']>>({
    version: isString,
    externalAddresses: isFunction,
  }),
  contacts: hasMethods('list', 'isConnected'),
  denied: arePeers,
  limits: limitsOf(DEFAULT_PEER_LIMITS),
  runLimits: limitsOf(DEFAULT_LIMITS),
  observer: isObserver,
  clock: hasMethods('now', 'after'),
  random: hasMethods('bytes', 'next'),
  store: hasMethods('open', 'commit', 'load', 'scan', 'state', 'nonces', 'remove', 'sweep', 'ended', 'close'),
  logger: hasMethods('warn'),
  activity: hasMethods('begin', 'end', 'hold', 'deadline'),
  defer: isFunction,
};

export const START_OPTIONS: Shape<StartOptions> = {
  ttlMs: isPositive,
  id: isString,
  isPatient: isBoolean,
  handlers: hasShape<ParticleHandlers>({ data: isPlain, callbacks: isPlain }),
};

export const STOP_OPTIONS: Shape<StopOptions> = { graceMs: isCount };

export const SIMULATION_OPTIONS: Shape<SimulationOptions> = {
  seed: required(isCount),
  startMs: required(isCount),
  realWorkMs: isCount,
};
