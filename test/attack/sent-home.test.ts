// Goal:    bob sends a particle home again and again: his traffic, and alice’s time.
// Means:   a branch of bob has failed, and mallory hands over copies that differ only in what nobody signs, such as who passed a call on.
// Refused: what is known stays in a merge (interpreter/trace), and what did not change is not sent home (peer/runs.ts).
import { describe, expect, it } from 'vitest';
import { decodeData, encodeData, execute, type Data, type State } from '../../interpreter/index.ts';
import { createPeer, signParticle, VirtualClock, type Particle, type HopAnswer } from '../../peer/index.ts';
import { idOf, seedOf, signer, withIds } from '../support/cast.ts';
import { NOW } from '../support/stranger.ts';

const COPIES = 60;
const SCRIPT = `(par
  (seq (call "bob" ("op" "identity") [1] x) (match x 2 (null)))
  (seq (call "mallory" ("m" "f") [1] y) (call "mallory" ("m" "g") [2] z)))`;

async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise<void>(resolve => void setImmediate(resolve));
}

/** Bob has run the particle; mallory has it from him. @returns How often bob sends it home for so many copies of mallory. */
async function sentHomeFor(copies: (known: Data, i: number, particle: Particle) => Data | undefined) {
  const sent: { to: string; particle: Particle }[] = [];
  let receive: (particle: Particle, from: string) => Promise<HopAnswer> = () =>
    Promise.reject(new Error('not started'));
  const bob = createPeer({
    secretKey: seedOf('bob'),
    clock: new VirtualClock(NOW),
    transport: {
      start: receiver => void (receive = receiver),
      send: (to, particle) => {
        sent.push({ to, particle });
        return Promise.resolve({ ok: true });
      },
      stop: () => undefined,
    },
  });
  await bob.start();
  const header = { id: 'p', timestamp: NOW, ttl: 7000, script: withIds(SCRIPT) };
  const particle = signParticle(signer('alice'), header);
  await receive(particle, idOf('alice'));
  await someTurns();
  const first = sent.filter(({ to }) => to === idOf('alice')).length;
  const last = sent.findLast(({ to }) => to === idOf('mallory')) as (typeof sent)[number];
  const known = decodeData(last.particle.data, particle.signature, 'copy');
  const receipts: HopAnswer[] = [];
  for (let i = 0; i < COPIES; i++) {
    const copy = copies(known, i, particle);
    if (copy === undefined) break;
    receipts.push(await receive({ ...particle, data: encodeData(copy) }, idOf('mallory')));
    await someTurns();
  }
  await bob.stop({ graceMs: 0 });
  return { first, again: sent.filter(({ to }) => to === idOf('alice')).length - first, receipts };
}

/** What mallory has to say when she has answered her first call. */
function answerOf(known: Data, { id, timestamp, ttl, script, signature }: Particle): Data {
  const params = {
    initPeerId: idOf('alice'),
    currentPeerId: idOf('mallory'),
    secretKey: seedOf('mallory'),
    timestamp,
    ttl,
    particleId: id,
    particleSignature: signature,
  };
  const NONE = new Uint8Array(0);
  const asked = execute({
    air: script,
    prevData: NONE,
    currentData: encodeData(known),
    params,
    callResults: new Map(),
  });
  const callResults = new Map(
    [...asked.callRequests.keys()].map(request => [request, { retCode: 0, resultJson: '7' }]),
  );
  const answered = execute({ air: script, prevData: asked.data, currentData: NONE, params, callResults });
  return decodeData(answered.data, signature, 'answered');
}

/** Changes the states of mallory's calls. */
const withStates = (data: Data, change: (state: State) => State): Data => ({
  ...data,
  states: new Map(
    [...data.states].map(([site, state]) => [site, state.kind === 'requested' ? change(state) : state]),
  ),
});

describe('a particle of which one branch has failed', () => {
  it('honest twin: comes home once, and once more when mallory has answered and more is to come', async () => {
    expect(await sentHomeFor(() => undefined)).toMatchObject({ first: 1, again: 0 });
    const answered = await sentHomeFor((known, i, particle) =>
      i === 0 ? answerOf(known, particle) : undefined,
    );
    expect(answered).toMatchObject({ first: 1, again: 1, receipts: [{ status: 'accepted' }] });
  });

  it.each<[string, (known: Data, i: number) => Data]>([
    [
      'another peer that passed it on',
      (known, i) => withStates(known, state => ({ ...state, by: idOf(`peer ${i}`) }) as State),
    ],
    [
      'another number under which a host waits',
      (known, i) =>
        withStates(known, ({ site }) => ({
          kind: 'pending',
          site,
          by: idOf('mallory'),
          requestId: i + 1,
          callHash: i.toString(16).padStart(64, '0'),
        })),
    ],
    ['another last number', (known, i) => ({ ...known, lastRequestId: 1000 + i })],
    ['fewer states', (known, i) => ({ ...known, states: new Map([...known.states].slice(0, i % 3)) })],
    [
      'states in another order',
      (known, i) => ({ ...known, states: new Map(i % 2 ? known.states : [...known.states].toReversed()) }),
    ],
  ])('copies with %s send it home a bounded number of times', async (_, copies) => {
    const { again, receipts } = await sentHomeFor(copies);
    expect(receipts).toHaveLength(COPIES);
    // The state of mallory's call may be news once.
    expect(again).toBeLessThanOrEqual(1);
  });
});
