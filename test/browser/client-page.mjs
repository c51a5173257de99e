// A page that runs scripts on a running peer. `rolldown` puts `beryl/client` and libp2p into it.
import { connect } from 'beryl/client';

const SCRIPT = `
  (seq (call -relay- ("op" "concat_strings") ["from " who] text)
  (seq (call %init_peer_id% ("callbackSrv" "show") [text] shown)
       (call %init_peer_id% ("callbackSrv" "response") [shown])))`;

/** @param input `address` of the peer, and `wrong`: the same place with another peer id. */
export async function scenario({ address, wrong }) {
  const states = [];
  const client = await connect({ address, connectMs: 30_000, onState: state => states.push(state) });
  const shown = [];
  const show = text => {
    shown.push(text);
    return `shown: ${text}`;
  };
  const response = await client.run(SCRIPT, {
    variables: { who: 'a page' },
    callbacks: { show },
    ttlMs: 60_000,
  });
  const unknown = await client
    .run(
      '(seq (call -relay- ("nobody" "knows") [] x) (call %init_peer_id% ("callbackSrv" "response") [x]))',
      { ttlMs: 60_000 },
    )
    .then(String, ({ code, message }) => `${code} ${message}`);
  await client.close();
  const refused = await connect({ address: wrong, connectMs: 5000 }).then(String, ({ code }) => code);
  return { response, shown, unknown, refused, states, peerId: client.peerId };
}
