import type { AsyncSigner, Signer } from '../../interpreter/index.ts';
import { DenyList } from '../envelopes/deny-list.ts';
import { systemClock } from '../system.ts';
import { connectBus } from '../transports/nats/connection.ts';
import type { NatsHost } from '../transports/nats/options.ts';
import { signSubject } from '../transports/nats/subjects.ts';
import { answerSigner, remoteSigner } from './signer-service.ts';

/** One signature, milliseconds. */
const ASK_MS = 5000;

/** The signer of a peer, reached over its bus. */
export interface BusSigner extends AsyncSigner {
  close(): Promise<void>;
}

/**
 * Signs for the workers of a peer that do not have its key. Runs where the key is; the workers find it on the bus.
 *
 * @param nats      A host of this peer, of its own.
 * @param denied    Hosts on it get no signature.
 * @param onRefused Called for each question that was refused.
 * @returns Ends it.
 * @throws {LinkError} If the bus cannot be reached.
 * @example const end = await serveSigner(signerOf(seed), { servers, hostKey, binding });
 */
export async function serveSigner(
  signer: Signer | AsyncSigner,
  nats: NatsHost,
  denied: DenyList = new DenyList(),
  onRefused?: (reason: string) => void,
): Promise<() => Promise<void>> {
  const { connection } = await connectBus(signer.peerId, nats);
  connection.subscribe(signSubject(signer.peerId), {
    queue: 'signers',
    callback: (failure, message) => {
      if (failure !== null) return;
      void answerSigner(message.data, signer, { denied, clock: systemClock, onRefused }).then(answer =>
        message.respond(answer),
      );
    },
  });
  await connection.flush();
  return () => connection.close();
}

/**
 * The key of a peer, for a worker that does not have it: asks {@link serveSigner} over the bus.
 *
 * @throws {LinkError} If the bus cannot be reached.
 * @example const secretKey = await busSigner(peerId, { servers, hostKey, binding });
 */
export async function busSigner(peerId: string, nats: NatsHost): Promise<BusSigner> {
  const { connection, signer: host } = await connectBus(peerId, nats);
  const ask = async (question: Uint8Array): Promise<Uint8Array> =>
    (await connection.request(signSubject(peerId), question, { timeout: ASK_MS })).data.slice();
  const { binding } = nats;
  const signer = remoteSigner({ peerId, host, binding, clock: systemClock }, ask);
  return { ...signer, close: () => connection.close() };
}
