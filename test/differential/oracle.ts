import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { deserializeAvmResult, serializeAvmArgs } from '@fluencelabs/avm';
import { MarineService } from '@fluencelabs/marine-js/MarineService';
import { defaultCallParameters } from '@fluencelabs/marine-js/types';
import { parseJson, type Json } from '../../interpreter/index.ts';

/** Node has it, but only the types of browsers declare it. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<never> };

const require = createRequire(import.meta.url);
const wasm = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(require.resolve(name)));

export interface OracleParams {
  readonly initPeerId: string;
  readonly currentPeerId: string;
  readonly secretKeyBytes: Uint8Array;
  readonly timestamp: number;
  readonly ttl: number;
  readonly particleId: string;
}

export interface OracleTetraplet {
  readonly peer_pk: string;
  readonly service_id: string;
  readonly function_name: string;
  readonly lens: string;
}

export interface OracleOutcome {
  readonly retCode: number;
  readonly errorMessage: string;
  readonly data: Uint8Array;
  readonly nextPeerIds: readonly string[];
  readonly callRequests: ReadonlyMap<
    number,
    {
      readonly serviceId: string;
      readonly functionName: string;
      readonly arguments: Json;
      readonly tetraplets: readonly (readonly OracleTetraplet[])[];
    }
  >;
}

/** AquaVM as a black box: the published wasm binary, run by the published host. */
export class Oracle {
  readonly #control: never;
  #service: MarineService | undefined;

  private constructor(control: never) {
    this.#control = control;
  }

  static async open(): Promise<Oracle> {
    const oracle = new Oracle(await WebAssembly.compile(wasm('@fluencelabs/marine-js/marine-js.wasm')));
    await oracle.restart();
    return oracle;
  }

  /** After a trap the instance is of no use. */
  async restart(): Promise<void> {
    const config = {
      logger_enabled: true,
      logging_mask: 0,
      wasi: { envs: {}, preopened_files: new Set<string>(), mapped_dirs: new Map<string, string>() },
    };
    const service = new MarineService(
      this.#control,
      'avm',
      () => undefined,
      { modules_config: [{ import_name: 'avm', config }] },
      { avm: wasm('@fluencelabs/avm/dist/avm.wasm') },
    );
    await service.init();
    this.#service = service;
  }

  /** Syntax tree as JSON text, or a text that begins with `error:`. */
  ast(script: string): string {
    return String(this.#service?.call('ast', [script], defaultCallParameters));
  }

  /** One run. `undefined` if the reference traps. */
  async invoke(
    params: OracleParams,
    air: string,
    prevData: Uint8Array,
    currentData: Uint8Array,
    callResults: ReadonlyMap<number, { retCode: number; text: string }>,
  ): Promise<OracleOutcome | undefined> {
    const results = [...callResults].map(
      ([id, { retCode, text }]) =>
        [id, { retCode, result: text }] as [number, { retCode: number; result: string }],
    );
    const args = serializeAvmArgs({ ...params, keyFormat: 0 }, air, prevData, currentData, results);
    (args[3] as { hard_limit_enabled: boolean }).hard_limit_enabled = false;
    try {
      const raw = this.#service?.call('invoke', args, defaultCallParameters);
      return outcomeOf(deserializeAvmResult(raw));
    } catch {
      await this.restart();
      return undefined;
    }
  }
}

function outcomeOf(result: ReturnType<typeof deserializeAvmResult>): OracleOutcome {
  return {
    retCode: result.retCode,
    errorMessage: result.errorMessage,
    data: new Uint8Array(result.data),
    nextPeerIds: result.nextPeerPks,
    callRequests: new Map(
      result.callRequests.map(([id, request]) => [
        Number(id),
        {
          serviceId: request.serviceId,
          functionName: request.functionName,
          arguments: parseJson(JSON.stringify(request.arguments)),
          tetraplets: request.tetraplets as unknown as OracleTetraplet[][],
        },
      ]),
    ),
  };
}
