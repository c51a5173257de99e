// Beryl, called as its hosts call it.
import { execute } from 'beryl/interpreter';
import { INIT, seedOf } from './peers.mjs';

/** Of a particle by its number. Nothing in a run asks whether its peer signed it: that was done before. */
export function signatureOf(particle) {
  const signature = new Uint8Array(64);
  new DataView(signature.buffer).setUint32(0, particle);
  return signature;
}

export function beryl() {
  return {
    name: 'Beryl',
    /** Time inside of the engine is the whole time: nothing lies between it and its host. */
    engineMs: undefined,
    run({ to, air, particle, prev, current, results }) {
      const outcome = execute({
        air,
        prevData: prev,
        currentData: current,
        callResults: new Map(results.map(([id, resultJson]) => [id, { retCode: 0, resultJson }])),
        params: {
          initPeerId: INIT,
          currentPeerId: to,
          secretKey: seedOf(to),
          timestamp: 1,
          ttl: 2,
          particleId: `p${particle}`,
          particleSignature: signatureOf(particle),
        },
      });
      // A host reads all of this; AquaVM's has it decoded in any case.
      const requests = [];
      for (const [id, { functionName, arguments: args, tetraplets }] of outcome.callRequests)
        requests.push({ id, functionName, args, tetraplets });
      const { retCode: code, errorMessage: message, data, nextPeerIds: next } = outcome;
      return { code, message, data, next, requests };
    },
  };
}
