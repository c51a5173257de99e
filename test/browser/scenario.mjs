// The blog example and the published vectors, by the public API alone. Runs in a page and in Node, and gives JSON.
import { MemorySink, memorySource, Recorder, verifyRecordings } from 'beryl/audit';
import { createSimulation } from 'beryl/peer';
import { auth, blog, startService } from 'beryl/services';
import {
  exportReceipt,
  peerIdOf,
  sha256,
  signerOf,
  verifyEquivocation,
  verifyProof,
  verifyReceipt,
  verifySignature,
} from 'beryl/interpreter';

const seed = name => sha256(`browser ${name}`);
const id = name => signerOf(seed(name)).peerId;
const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
const bytesOf = text => Uint8Array.from(text.match(/../g) ?? [], pair => Number.parseInt(pair, 16));

const post = field => `
  (seq (call "${id('auth')}" ("authSrv" "get_status") [] status)
  (seq (call "${id('blog')}" ("blogSrv" "add_post") ["hello" status.$.${field}] number)
       (call %init_peer_id% ("callbackSrv" "response") [number])))`;

/** One particle on a fresh network of three peers. */
async function play(field, { admins = [], misbehaving = [], intercept } = {}) {
  const simulation = createSimulation({ seed: 1, startMs: 1_700_000_000_000 });
  if (intercept) simulation.network.intercept(intercept);
  const [steps, calls, refusals] = [[], [], []];
  const sink = new MemorySink();
  const recorder = new Recorder({
    sink,
    origin: 'page',
    signer: signerOf(seed('recorder')),
    clock: simulation.clock,
  });
  const kept = { step: steps, call: calls, refused: refusals };
  const observer = Object.fromEntries(
    ['step', 'call', 'refused', 'sent', 'expired'].map(kind => [
      kind,
      event => {
        kept[kind]?.push(event);
        recorder[kind](event);
      },
    ]),
  );
  const services = {
    auth: [startService(auth({ admins, misbehaving }))],
    blog: [startService(blog({ authPeer: id('auth') }))],
    author: [],
  };
  const peers = Object.entries(services).map(([name, own]) =>
    simulation.addPeer({ secretKey: seed(name), services: own, observer }),
  );
  const run = peers[2].run(post(field));
  const ended = run.done.then(
    response => ({ response }),
    ({ code }) => ({ code }),
  );
  await simulation.settle();
  await simulation.runToEnd();
  recorder.end();
  const { header } = run;
  return {
    header,
    recording: sink.bytes(),
    steps,
    seen: {
      ...(await ended),
      posts: services.blog[0].state.posts,
      data: steps.map(({ outcome }) => hex(sha256(outcome.data))),
      denials: calls.flatMap(({ decision }) =>
        'text' in decision ? [`${decision.code}\n${decision.text}`] : [],
      ),
      refusals: refusals.map(({ code, message }) => `${code} ${message}`),
    },
  };
}

function mallory({ particle }) {
  const at = String.fromCharCode(...particle.data).indexOf('"is_admin":false');
  if (at === -1) return particle;
  const data = particle.data.slice();
  data.set(
    [...'"is_admin":true '].map(character => character.charCodeAt(0)),
    at,
  );
  return { ...particle, data };
}

/** A receipt of what Auth said. */
function receiptOf({ header, steps }) {
  const { data } = steps.at(-1).outcome;
  const receipt = exportReceipt(data, header, { peerId: id('auth'), site: '1' });
  return { receipt: hex(receipt), claims: verifyReceipt(receipt) };
}

/** What an auditor says of a recording: as it is, and with one letter of an argument changed. */
function audit({ recording }) {
  const trust = {
    peers: new Map(['auth', 'blog', 'author'].map(name => [id(name), name])),
    recorders: [id('recorder')],
  };
  const verdict = bytes => {
    const { content, completeness, findings } = verifyRecordings([memorySource(bytes)], { trust });
    return { content, completeness, findings: findings.map(({ name }) => name) };
  };
  const bent = new TextDecoder().decode(recording).replaceAll('hello', 'hellO');
  return { honest: verdict(recording), bent: verdict(new TextEncoder().encode(bent)) };
}

const codeOf = act => {
  try {
    act();
    return '';
  } catch (failure) {
    return failure.code ?? String(failure);
  }
};

export async function scenario({ receipts, proofs, signatures }) {
  const honest = await play('is_admin', { admins: [id('author')] });
  const wrongField = await play('is_misbehaving', { misbehaving: [id('author')] });
  const altered = await play('is_admin', { intercept: mallory });
  return {
    honest: honest.seen,
    wrongField: wrongField.seen,
    altered: altered.seen,
    receipt: receiptOf(honest),
    audit: audit(honest),
    vectors: {
      receipts: receipts.receipts.map(({ receipt }) => codeOf(() => verifyReceipt(bytesOf(receipt)))),
      evidence: receipts.evidence.map(({ evidence }) => codeOf(() => verifyEquivocation(bytesOf(evidence)))),
      refused: receipts.refused.map(({ bytes }) =>
        codeOf(() =>
          (bytes.slice(4).startsWith(hex(new TextEncoder().encode('beryl/ev')))
            ? verifyEquivocation
            : verifyReceipt)(bytesOf(bytes)),
        ),
      ),
      proofs: proofs.proofs.map(({ proof }) => verifyProof(bytesOf(proof))),
      refusedProofs: proofs.refused.map(({ bytes }) => codeOf(() => verifyProof(bytesOf(bytes)))),
      signatures: signatures.map(({ key, message, signature }) =>
        verifySignature(peerIdOf(bytesOf(key)), bytesOf(message), bytesOf(signature)),
      ),
    },
  };
}
