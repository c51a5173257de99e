// The first `execute` of a process: the init peer's run of the main job. Prints milliseconds.
import { execute, sha256, signerOf } from 'beryl/interpreter';

const seeds = ['author', 'auth', 'blog'].map(name => sha256(name));
const [author, auth, blog] = seeds.map(seed => signerOf(seed).peerId);
const input = {
  air: `(seq (call "${auth}" ("auth" "status") [] status) (call "${blog}" ("blog" "post") ["text" status.$.is_admin]))`,
  prevData: new Uint8Array(0),
  currentData: new Uint8Array(0),
  callResults: new Map(),
  params: {
    initPeerId: author,
    currentPeerId: author,
    secretKey: seeds[0],
    timestamp: 1,
    ttl: 2,
    particleId: 'first',
    particleSignature: new Uint8Array(64),
  },
};
const begin = performance.now();
const { retCode, nextPeerIds } = execute(input);
const took = performance.now() - begin;
if (retCode !== 0 || nextPeerIds[0] !== auth) throw new Error(`code ${retCode}`);
process.stdout.write(String(took));
