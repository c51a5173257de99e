// What rules cost a call: node measure.mjs <full | quick>. In turns, so that all have the same machine.
import {
  createChannel,
  createDispatcher,
  createKeyService,
  createPolicySet,
  createRegistry,
  createServiceKeys,
  expectLiteral,
  defineService,
  remoteService,
  serveChannel,
  startService,
} from 'beryl/services';
import { createPeer, MemoryNetwork, seededRandom } from 'beryl/peer';
import { signerOf } from 'beryl/interpreter';
import { z } from 'zod';

const [effort] = process.argv.slice(2);
const [TURNS, CALLS, RUNS] = effort === 'quick' ? [15, 2000, 15] : [41, 5000, 40];
const RULES = 1000;
const [alice, bob] = [1, 2].map(n => signerOf(new Uint8Array(32).fill(n)));
const others = Array.from({ length: 20 }, (_, i) => signerOf(new Uint8Array(32).fill(100 + i)).peerId);
const clock = {
  now: () => Date.now(),
  after: (ms, callback) =>
    (
      timer => () =>
        clearTimeout(timer)
    )(setTimeout(callback, ms)),
};

const definition = defineService({
  id: 'work',
  functions: {
    do: { arguments: { x: z.string() }, guards: { x: expectLiteral() }, handler: ({ x }) => x },
  },
});
const service = () => startService(definition);

/** Both ends of a link in this process. */
function linkPair() {
  const ends = [{}, {}].map(() => ({ waitingBytes: 0, early: [] }));
  for (const [i, end] of ends.entries()) {
    const other = ends[1 - i];
    // As a stream: never inside of the call that sends.
    end.send = bytes =>
      queueMicrotask(() => (other.data === undefined ? other.early.push(bytes) : other.data(bytes)));
    end.close = () => undefined;
    end.onClose = () => undefined;
    end.onData = listener => {
      end.data = listener;
      end.early.splice(0).forEach(listener);
    };
  }
  return ends;
}

/** The service at the other end of a channel: its calls cost two messages, made and read. */
async function remote(mode) {
  const keys = await createKeyService();
  const serviceKeys =
    mode === 'off' ? {} : { keys: await createServiceKeys({ bootstrap: await keys.invite('work') }) };
  const server = serveChannel(definition, { channel: 'work', mode, ...serviceKeys });
  const connector = {
    needsBootstrap: false,
    async open() {
      const [host, end] = linkPair();
      server.accept(end);
      return host;
    },
  };
  const channel = createChannel({ name: 'work', mode, keys, connector });
  await channel.open();
  return remoteService(definition, channel);
}

/** A thousand rules; three of them are for this call. */
const policy = {
  format: 'beryl/policy/1',
  rules: Array.from({ length: RULES }, (_, i) => ({
    id: `r${i}`,
    service: i < 2 ? 'work' : i === 2 ? '*' : `service${i}`,
    functions: i === 2 ? '*' : ['do'],
    ...(i === 2
      ? { initPeers: ['init'] }
      : { arguments: { x: { literal: true } }, rate: { calls: 1e9, perMs: 1000 } }),
  })),
};
/** A hundred rules that do not match, then the one that does; limits of each kind. */
const acl = {
  default: 'deny',
  rules: [
    ...Array.from({ length: 100 }, (_, i) => ({
      effect: 'allow',
      initPeers: others,
      service: i % 2 ? 'work' : `service${i}`,
    })),
    { effect: 'allow', initPeers: [alice.peerId], service: 'work', functions: ['do'] },
  ],
  limits: [
    {
      service: 'work',
      rate: { calls: 1e9, perMs: 1000 },
      concurrent: 1000,
      size: 10_000,
      sizes: { size: 1e12, perMs: 1000 },
    },
  ],
};
const dispatcherWith = (rules, served = service()) =>
  createDispatcher({ peerId: bob.peerId, registry: createRegistry([served]), clock, ...rules });
const dispatchers = {
  plain: dispatcherWith({}),
  gatekeeper: dispatcherWith({ acl }),
  policy: dispatcherWith({ policies: createPolicySet(policy) }),
  unkeyed: dispatcherWith({}, await remote('off')),
  keyed: dispatcherWith({}, await remote('enforce')),
};

const literal = { peerId: alice.peerId, serviceId: '', functionName: '', getter: '' };
const origin = {
  kind: 'literal',
  tetraplet: literal,
  record: undefined,
  arguments: [],
  parts: [],
  selectors: [],
};
const request = () => ({
  serviceId: 'work',
  functionName: 'do',
  arguments: ['hello'],
  argumentsJson: '["hello"]',
  tetraplets: [[literal]],
  elementwise: [false],
  origins: [origin],
  site: '3',
});
const particle = () => ({
  id: 'p',
  initPeerId: alice.peerId,
  timestamp: Date.now(),
  ttl: 60_000,
  signature: new Uint8Array(64),
});

async function turn(dispatcher) {
  const of = particle();
  const begin = performance.now();
  for (let i = 0; i < CALLS; i++) {
    const { kind } = await dispatcher.dispatch({ request: request(), particle: of });
    if (kind !== 'served') throw new Error(kind);
  }
  return (performance.now() - begin) / CALLS;
}
const times = { plain: [], gatekeeper: [], policy: [], unkeyed: [], keyed: [] };
for (let i = 0; i < TURNS; i++)
  for (const [name, dispatcher] of Object.entries(dispatchers)) times[name].push(await turn(dispatcher));
const median = list => list.toSorted((a, b) => a - b)[list.length >> 1];

/** A run of two hops, one after the other, without delay on the wire. */
async function twoHops() {
  const network = new MemoryNetwork(clock, seededRandom(1));
  network.faults = { latencyMs: [0, 0] };
  const peers = [alice, bob].map(key =>
    createPeer({ secretKey: key, clock, transport: network.join(key.peerId), services: [service()] }),
  );
  for (const peer of peers) await peer.start();
  const script = `(seq (call "${alice.peerId}" ("work" "do") ["a"] x)
    (seq (call "${bob.peerId}" ("work" "do") ["b"] y) (call %init_peer_id% ("callbackSrv" "response") [y])))`;
  const all = [];
  for (let i = 0; i < RUNS; i++) {
    const begin = process.cpuUsage();
    await peers[0].run(script).done;
    const { user, system } = process.cpuUsage(begin);
    all.push((user + system) / 1000);
  }
  for (const peer of peers) await peer.stop({ graceMs: 0 });
  return median(all.slice(RUNS >> 2));
}
const run = await twoHops();
const [plain, gatekeeper, policyMs, unkeyed, keyed] = Object.values(times).map(median);
const more = (value, than = plain) => ({ ms: value - than, part: (2 * (value - than)) / run });
process.stdout.write(
  JSON.stringify({
    run,
    plain,
    gatekeeper: more(gatekeeper),
    policy: more(policyMs),
    mac: more(keyed, unkeyed),
  }),
  () => process.exit(),
);
