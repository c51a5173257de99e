import {
  describeOrigin,
  staticName,
  staticOrigins,
  undefinedVariables,
  walk,
  type Call,
  type CallOrigins,
  type Script,
  type StaticName,
  type StaticOrigin,
} from '../../air-grammar/index.ts';
import { suggestion } from '../../base/options.ts';
import {
  formatDenial,
  foreseeDenial,
  foreseeRules,
  type Reason,
  type ServiceInstance,
} from '../../services/index.ts';
import { readNetworkFile } from '../network-file.ts';
import { Session, type NetworkFile } from '../../network/index.ts';
import type { Finding } from './finding.ts';
import type { ForeseenPolicy } from './foresee-policy.ts';

/** The peers of a network file, with their services. */
export interface Foreseen {
  readonly initPeerId: string;
  readonly peerIds: ReadonlyMap<string, string>;
  /** Texts that variables stand for: names of services, ids of peers. */
  readonly texts: ReadonlyMap<string, string>;
  /** What scripts may read without setting it. */
  readonly names: ReadonlySet<string>;
  servicesOf(peerId: string): readonly ServiceInstance[];
  /** `service.function` of a peer: its own, and those that every peer has. */
  functionsOf(peerId: string): readonly string[];
  nameOf(peerId: string): string | undefined;
}

/** @throws {CliError} If the network file, or one of its services, is mistaken. */
export const foresee = (path: string): Promise<Foreseen> => foreseeNetwork(readNetworkFile(path));

/** @throws {NetworkError} If a service of the network is mistaken. */
export async function foreseeNetwork(network: NetworkFile): Promise<Foreseen> {
  const session = await Session.open(network);
  const { peerIds } = session;
  const names = new Map([...peerIds].map(([name, id]) => [id, name]));
  const texts = new Map<string, string>(peerIds);
  for (const [name, value] of [...Object.entries(network.variables), ...Object.entries(network.data)])
    if (typeof value === 'string') texts.set(name, peerIds.get(value) ?? value);
  return {
    initPeerId: peerIds.get(network.init) as string,
    peerIds,
    texts,
    names: new Set(['-relay-', ...session.names.keys()]),
    functionsOf: id => session.functionsOf(id),
    servicesOf: id => session.servicesOf(names.get(id) ?? ''),
    nameOf: id => names.get(id),
  };
}

/** What guards will refuse, or may; with a policy, what its rules will. */
export function foreseenFindings(script: Script, network: Foreseen, policy?: ForeseenPolicy): Finding[] {
  const free = freeNames(script);
  const texts = new Map([...network.texts].filter(([name]) => free.has(name)));
  for (const [name, loaded] of loadedNames(script)) {
    const text = network.texts.get(loaded);
    if (text !== undefined) texts.set(name, text);
  }
  return staticOrigins(script).flatMap(entry => findingsOf(entry, { ...network, texts }, policy));
}

/** Names that the script reads and does not set: a name that it sets itself is not what the network file says. */
const freeNames = (script: Script): Set<string> =>
  new Set(undefinedVariables(script).map(({ name }) => name));

/** Names that the script, as compilers write it, loads by themselves: `(call %init_peer_id% ("getDataSrv" "blog") [] -blog-arg-)`. */
function loadedNames(script: Script): Map<string, string> {
  const loaded = new Map<string, string>();
  const set = new Set<string>();
  walk(script.root, {
    enter(instruction) {
      if (instruction.kind !== 'call' || instruction.output?.kind !== 'scalar') return;
      const { name } = instruction.output;
      const [service, fn] = [staticName(instruction.service), staticName(instruction.functionName)];
      const isLoad = service.kind === 'text' && service.text === 'getDataSrv' && fn.kind === 'text';
      if (isLoad && staticName(instruction.peer).kind === 'initPeer' && !set.has(name))
        loaded.set(name, fn.text);
      else loaded.delete(name);
      set.add(name);
    },
  });
  return loaded;
}

/** Why an origin of an argument is refused, and by whom. */
interface Refusal {
  readonly origin: StaticOrigin;
  readonly reason: Reason;
  readonly rule?: string;
}

function findingsOf(
  { call, arguments: args }: CallOrigins,
  network: Foreseen,
  policy: ForeseenPolicy | undefined,
): Finding[] {
  const peerId = textOf(staticName(call.peer), network);
  const serviceId = textOf(staticName(call.service), network);
  const functionName = textOf(staticName(call.functionName), network);
  if (peerId === undefined || serviceId === undefined || functionName === undefined) return [];
  const fn = network
    .servicesOf(peerId)
    .find(({ id }) => id === serviceId)
    ?.definition.functions.get(functionName);
  if (fn === undefined) return unknownFunction(call, { peerId, serviceId, functionName }, network);
  const facts = { peerId, initPeerId: network.initPeerId, serviceId, functionName };
  return args.flatMap(({ origins, isWhole }, i) => {
    const name = fn.arguments[i]?.name;
    if (name === undefined || isWhole || origins.length === 0) return [];
    const found = (refusalOf: (origin: Concrete) => Omit<Refusal, 'origin'> | undefined): Finding[] => {
      const refusals = origins.flatMap(origin => {
        const concrete = concreteOf(origin, network);
        const refusal = concrete && refusalOf(concrete);
        return refusal === undefined ? [] : [{ origin, ...refusal }];
      });
      const [first] = refusals;
      if (first === undefined) return [];
      const isAll = refusals.length === origins.length;
      return [findingOf(call, { serviceId, functionName, name }, first, isAll, network)];
    };
    const byGuard = found(origin => {
      const reason = foreseeDenial(fn, i, origin, facts);
      return reason && { reason };
    });
    if (policy?.isOn(peerId) !== true) return byGuard;
    const byRule = found(origin => {
      const [first] = foreseeRules(policy.policy, name, origin, facts);
      return first && { reason: first.reason, rule: first.rule };
    });
    return [...byGuard, ...byRule];
  });
}

/** Services of the program that starts a script: the network file does not know their functions. */
const OF_THE_STARTER = new Set(['getDataSrv', 'callbackSrv', 'errorHandlingSrv']);

/** The finding, if the peer is of this network and has no such function. */
function unknownFunction(
  { start, end }: Call,
  { peerId, serviceId, functionName }: { peerId: string; serviceId: string; functionName: string },
  { initPeerId, nameOf, functionsOf }: Foreseen,
): Finding[] {
  const peer = nameOf(peerId);
  if (peer === undefined || (peerId === initPeerId && OF_THE_STARTER.has(serviceId))) return [];
  const functions = functionsOf(peerId);
  if (functions.includes(`${serviceId}.${functionName}`)) return [];
  const ofService = functions.filter(name => name.startsWith(`${serviceId}.`));
  const near = suggestion(
    `${serviceId}.${functionName}`,
    functions,
    ofService.length > 0 ? `; \`${serviceId}\` has ${ofService.join(', ')}` : '',
  );
  return [
    {
      code: 'unknown-function',
      message: `peer \`${peer}\` has no function \`${serviceId}.${functionName}\`${near}`,
      help: 'the call will fail: correct the name, or add the service to the network file',
      span: { start, end },
    },
  ];
}

function findingOf(
  { start, end }: Call,
  { serviceId, functionName, name }: { serviceId: string; functionName: string; name: string },
  { origin, reason, rule }: Refusal,
  isAll: boolean,
  network: Foreseen,
): Finding {
  const denial = { serviceId, functionName, arguments: [{ name, reason }] };
  const [, ...why] = formatDenial(denial, network.nameOf).split('\n');
  const refuses = `refuses${isAll ? '' : ', in one case,'} argument \`${name}\``;
  const called = `\`${serviceId}.${functionName}\``;
  const who = rule === undefined ? `${called} ${refuses}` : `policy rule \`${rule}\` ${refuses} of ${called}`;
  const code = rule === undefined ? 'be-denied' : 'break-policy';
  return {
    code: `${isAll ? 'will' : 'may'}-${code}`,
    message: `${who}: ${describeOrigin(origin)}`,
    help: why.map(line => line.trim()).join('\n') || 'pass a value of the origin that is expected',
    span: { start, end },
  };
}

/** What a name is in this network. Of a variable: what the network file says. */
function textOf(name: StaticName, { initPeerId, texts }: Foreseen): string | undefined {
  if (name.kind === 'text') return name.text;
  if (name.kind === 'initPeer') return initPeerId;
  return name.kind === 'variable' ? texts.get(name.name) : undefined;
}

type Concrete = Parameters<typeof foreseeDenial>[2];

/** The tetraplet, if all of it is known. */
function concreteOf(origin: StaticOrigin, network: Foreseen): Concrete | undefined {
  const peerId = origin.kind === 'literal' ? network.initPeerId : textOf(origin.peer, network);
  const serviceId = textOf(origin.service, network);
  const functionName = textOf(origin.functionName, network);
  if (origin.kind === 'any' || origin.kind === 'error' || origin.getter.includes('*')) return undefined;
  if (peerId === undefined || serviceId === undefined || functionName === undefined) return undefined;
  return { kind: origin.kind, tetraplet: { peerId, serviceId, functionName, getter: origin.getter } };
}
