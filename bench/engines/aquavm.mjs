// AquaVM, called as its hosts call it: the published binary, run by the published host in JavaScript.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { now } from '../clock.mjs';
import { INIT, seedOf } from './peers.mjs';

const require = createRequire(import.meta.url);
const wasm = name => new Uint8Array(readFileSync(require.resolve(name)));

/** Milliseconds inside of the exported function `invoke` of the binary, since the process began. */
let engineMs = 0;

/**
 * The host makes a `WebAssembly.Instance` of the binary. Its export is replaced by one that takes the time, which tells the engine
 * apart from what the host does around it: packing arguments, copying bytes into its memory, unpacking the outcome.
 */
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(Instance, args) {
    const instance = new Instance(...args);
    const { invoke } = instance.exports;
    if (invoke === undefined) return instance;
    const timed = (...values) => {
      const begin = now();
      try {
        return invoke(...values);
      } finally {
        engineMs += now() - begin;
      }
    };
    return Object.create(Instance.prototype, { exports: { value: { ...instance.exports, invoke: timed } } });
  },
});

export async function aquavm() {
  const { deserializeAvmResult, serializeAvmArgs } = await import('@fluencelabs/avm');
  const { MarineService } = await import('@fluencelabs/marine-js/MarineService');
  const { defaultCallParameters } = await import('@fluencelabs/marine-js/types');
  const config = {
    logger_enabled: true,
    logging_mask: 0,
    wasi: { envs: {}, preopened_files: new Set(), mapped_dirs: new Map() },
  };
  const control = await WebAssembly.compile(wasm('@fluencelabs/marine-js/marine-js.wasm'));
  const modules = { modules_config: [{ import_name: 'avm', config }] };
  const binaries = { avm: wasm('@fluencelabs/avm/dist/avm.wasm') };
  const service = new MarineService(control, 'avm', () => undefined, modules, binaries);
  await service.init();
  return {
    name: 'AquaVM',
    get engineMs() {
      return engineMs;
    },
    run({ to, air, particle, prev, current, results }) {
      const params = {
        initPeerId: INIT,
        currentPeerId: to,
        timestamp: 1,
        ttl: 2,
        particleId: `p${particle}`,
        keyFormat: 0,
        secretKeyBytes: seedOf(to),
      };
      const answers = results.map(([id, result]) => [id, { retCode: 0, result }]);
      const args = serializeAvmArgs(params, air, prev, current, answers);
      args[3].hard_limit_enabled = false;
      const outcome = deserializeAvmResult(service.call('invoke', args, defaultCallParameters));
      const { retCode: code, errorMessage: message, nextPeerPks: next } = outcome;
      const requests = outcome.callRequests.map(([id, { functionName, arguments: list, tetraplets }]) => ({
        id: Number(id),
        functionName,
        args: list,
        tetraplets,
      }));
      return { code, message, data: new Uint8Array(outcome.data), next, requests };
    },
  };
}
