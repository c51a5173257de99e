// A peer whose service `stock` lives in another process: node host.mjs <command> [argument…]
import { childProcess } from 'beryl/channels';
import { signerOf } from 'beryl/interpreter';
import { createPeer, MemoryNetwork, seededRandom } from 'beryl/peer';
import { createChannel, createKeyService, remoteService, startService } from 'beryl/services';
import { prices } from './prices.mjs';
import { stock } from './stock.mjs';

const [command = process.execPath, ...args] = process.argv.slice(2);
const clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
const network = new MemoryNetwork(clock, seededRandom(1));
const key = signerOf(new Uint8Array(32).fill(7));

const keys = await createKeyService();
const channel = createChannel({
  name: 'stock',
  keys,
  connector: childProcess({ command, args, onErrorLine: line => console.log(`service: ${line}`) }),
  limits: { connectWaitMs: 60_000 },
});
await channel.open();
const peer = createPeer({
  secretKey: key,
  clock,
  transport: network.join(key.peerId),
  services: [
    startService(prices),
    remoteService(stock, channel, { services: [{ definition: prices, functions: ['price_of'] }] }),
  ],
});
await peer.start();

/** Runs one call of the service, and shows what the script gets. */
async function show(fn, ...args) {
  const answer = await peer.run(`(xor
    (seq
      (call %init_peer_id% ("stock" "${fn}") [${args.map(arg => JSON.stringify(arg)).join(' ')}] result)
      (call %init_peer_id% ("callbackSrv" "response") [result]))
    (call %init_peer_id% ("callbackSrv" "response") [:error:.$.message]))`).done;
  console.log(`${fn} ${args.join(' ')}: ${typeof answer === 'string' ? answer : JSON.stringify(answer)}`);
}

await show('reserve', 'apples', 4);
await keys.rotate('stock');
await show('reserve', 'apples', 4);
await show('reserve', 'apples', 4);
await show('value', 'apples');
const { state, connections, rejected } = channel.status;
console.log(`channel: ${state}, connections ${connections}, rejected ${JSON.stringify(rejected)}`);
console.log(
  `keys: ${keys
    .status('stock')
    .map(one => one.state)
    .join(', ')}`,
);
channel.close();
await peer.stop();
