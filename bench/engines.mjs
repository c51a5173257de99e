// Beryl and AquaVM behind one interface: run(peer, air, prev, current, results) → { code, data, next, requests }.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { deserializeAvmResult, serializeAvmArgs } from '@fluencelabs/avm';
import { MarineService } from '@fluencelabs/marine-js/MarineService';
import { defaultCallParameters } from '@fluencelabs/marine-js/types';
import { execute, sha256, signerOf } from 'beryl/interpreter';

const require = createRequire(import.meta.url);
const wasm = name => new Uint8Array(readFileSync(require.resolve(name)));

export const NAMES = Array.from({ length: 65 }, (_, i) => `peer${i}`);
export const PEERS = NAMES.map(name => ({ name, seed: sha256(name), peerId: signerOf(sha256(name)).peerId }));
const INIT = PEERS[0].peerId;

export function beryl() {
  let particles = 0;
  let particleSignature = new Uint8Array(64);
  return {
    name: 'Beryl',
    newParticle() {
      particles += 1;
      particleSignature = new Uint8Array(64);
      new DataView(particleSignature.buffer).setUint32(0, particles);
    },
    empty: new Uint8Array(0),
    run(peer, air, prevData, currentData, results) {
      const callResults = new Map([...results].map(([id, resultJson]) => [id, { retCode: 0, resultJson }]));
      const params = {
        initPeerId: INIT,
        currentPeerId: peer.peerId,
        secretKey: peer.seed,
        timestamp: 1,
        ttl: 2,
        particleId: `p${particles}`,
        particleSignature,
      };
      const outcome = execute({ air, prevData, currentData, callResults, params });
      const requests = [...outcome.callRequests].map(([id, { functionName, arguments: args }]) => ({
        id,
        functionName,
        args,
      }));
      return {
        code: outcome.retCode,
        message: outcome.errorMessage,
        data: outcome.data,
        next: outcome.nextPeerIds,
        requests,
      };
    },
  };
}

export async function aquavm() {
  const config = {
    logger_enabled: true,
    logging_mask: 0,
    wasi: { envs: {}, preopened_files: new Set(), mapped_dirs: new Map() },
  };
  const control = await WebAssembly.compile(wasm('@fluencelabs/marine-js/marine-js.wasm'));
  const service = new MarineService(
    control,
    'avm',
    () => undefined,
    { modules_config: [{ import_name: 'avm', config }] },
    { avm: wasm('@fluencelabs/avm/dist/avm.wasm') },
  );
  await service.init();
  let particles = 0;
  return {
    name: 'AquaVM',
    newParticle() {
      particles += 1;
    },
    empty: new Uint8Array(0),
    run(peer, air, prevData, currentData, results) {
      const params = {
        initPeerId: INIT,
        currentPeerId: peer.peerId,
        timestamp: 1,
        ttl: 2,
        particleId: `p${particles}`,
        keyFormat: 0,
        secretKeyBytes: peer.seed,
      };
      const args = serializeAvmArgs(
        params,
        air,
        prevData,
        currentData,
        [...results].map(([id, result]) => [id, { retCode: 0, result }]),
      );
      args[3].hard_limit_enabled = false;
      const outcome = deserializeAvmResult(service.call('invoke', args, defaultCallParameters));
      const requests = outcome.callRequests.map(([id, { functionName, arguments: list }]) => ({
        id: Number(id),
        functionName,
        args: list,
      }));
      return {
        code: outcome.retCode,
        message: outcome.errorMessage,
        data: new Uint8Array(outcome.data),
        next: outcome.nextPeerPks,
        requests,
      };
    },
  };
}
