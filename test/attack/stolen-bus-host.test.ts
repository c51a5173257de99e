// Goal:    to hand over a particle, or to answer, in another peer's name on a message bus.
// Means:   a host key of the bus that is not the victim's: mallory's own, or the stolen one of a host of alice.
// Refused: by the server (`peer/transports/nats/server-config.ts`: a host publishes in the name of its own peer only), and, with stolen credentials, by `peer/envelopes/hop-gate.ts`.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createPeer,
  decodeAnswer,
  encodeParticle,
  natsLink,
  routeOf,
  sealFrame,
  signParticle,
  splitFrame,
  type HopRefusalEvent,
  type Link,
  type Peer,
} from '../../peer/index.ts';
import { connectBus } from '../../peer/transports/nats/connection.ts';
import { answerSubject, frameStream, frameSubject } from '../../peer/transports/nats/subjects.ts';
import { idOf, seedOf, signer, withIds } from '../support/cast.ts';
import { until } from '../support/daemons.ts';
import { NatsServer, noNats } from '../support/nats.ts';

describe.skipIf(noNats !== undefined)(`on a bus (${noNats ?? 'real server'})`, () => {
  let server: NatsServer;
  let bob: Peer;
  const refused: HopRefusalEvent[] = [];
  beforeAll(async () => {
    server = await NatsServer.start({ alice: ['alice'], bob: ['bob'], mallory: ['mallory'] });
    bob = createPeer({
      secretKey: seedOf('bob'),
      link: natsLink(await server.host('bob')),
      observer: { hopRefused: event => void refused.push(event) },
    });
    await bob.start();
  });
  afterAll(async () => {
    await bob?.stop({ graceMs: 0 });
    await server?.end();
  });

  const busOf = async (name: string) => connectBus(idOf(name), await server.host(name));
  const particleOf = (name: string) =>
    signParticle(signer(name), {
      id: `of-${name}`,
      timestamp: Date.now(),
      ttl: 60_000,
      script: withIds('(call "bob" ("op" "noop") [] x)'),
    });
  /** A frame that `name` has signed for bob. */
  function frameOf(name: string): Uint8Array {
    const particle = particleOf(name);
    const route = routeOf(idOf('bob'), 'particle', particle.signature);
    const now = Date.now();
    const nonce = new Uint8Array(16).fill(name.length);
    return sealFrame(signer(name), encodeParticle(particle), {
      route,
      iatMs: now,
      expMs: now + 30_000,
      nonce,
    });
  }
  /** Sends a frame with whatever credentials the link has. */
  async function send(link: Link, as: string, frame: Uint8Array) {
    await link.start({ peerId: idOf(as), answer: async () => new Uint8Array(0), isDenied: () => false });
    const reply = await link.request(idOf('bob'), frame);
    await link.stop();
    return reply;
  }

  it('honest twin: a host that alice has bound hands over what alice has signed', async () => {
    const frame = frameOf('alice');
    const reply = await send(natsLink(await server.host('alice')), 'alice', frame);
    const answer = reply.ok ? splitFrame(reply.frame).payload : Uint8Array.of();
    const parties = { by: idOf('bob'), to: idOf('alice'), particleSignature: particleOf('alice').signature };
    expect(decodeAnswer(answer, parties)).toEqual({ status: 'accepted' });
    expect(refused).toEqual([]);
  });

  it.each([
    ['publish on the subject of another host', frameSubject(idOf('bob'), 0, idOf('alice'))],
    ['answer in the name of another peer', answerSubject(idOf('alice'), idOf('alice'), idOf('bob'), 'x1')],
    ['write the state of another peer', `beryl.state.${idOf('bob')}.0.ended`],
    ['ask for another peer’s stream', `$JS.API.STREAM.INFO.${frameStream(idOf('bob'))}`],
    ['purge another peer’s stream', `$JS.API.STREAM.PURGE.${frameStream(idOf('bob'))}`],
    ['ask the signer of another peer', `beryl.sign.${idOf('bob')}`],
  ])('mallory’s own host cannot %s', async (_title, subject) => {
    const { connection } = await busOf('mallory');
    const errors: string[] = [];
    void (async () => {
      for await (const status of connection.status())
        errors.push(JSON.stringify(Object.values(status).map(String)));
    })();
    connection.publish(subject, new Uint8Array(1));
    await connection.flush();
    await until(() => errors.some(text => /permissions violation/i.test(text)), 'a refusal of the server');
    await connection.close();
  });

  it('mallory’s own host cannot listen to frames and answers of others', async () => {
    const { connection } = await busOf('mallory');
    const failures: string[] = [];
    for (const subject of ['beryl.>', `beryl.out.${idOf('bob')}.>`, `beryl.in.${idOf('bob')}.>`, '>'])
      connection.subscribe(subject, { callback: failure => void failures.push(String(failure)) });
    await until(() => failures.length === 4, 'four refusals of the server');
    expect(failures.every(text => /permissions violation/i.test(text))).toBe(true);
    await connection.close();
  });

  it('with the stolen credentials of a host of alice mallory cannot make an envelope of alice', async () => {
    refused.length = 0;
    const size = bob.size;
    // The server takes it for alice's host; the envelope is mallory's.
    await send(natsLink(await server.host('alice')), 'alice', frameOf('mallory'));
    expect(refused.map(({ code }) => code)).toEqual(['ERR_ENVELOPE_ORIGIN']);
    expect(bob.size).toBe(size);
  });
});
