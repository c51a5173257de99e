import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { serializeAvmArgs } from '@fluencelabs/avm';
import { MarineService } from '@fluencelabs/marine-js/MarineService';
import { defaultCallParameters } from '@fluencelabs/marine-js/types';
import type { Json } from '../../interpreter/index.ts';
import { readMsgpack } from './msgpack.ts';

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
  readonly callRequests: ReadonlyMap<number, OracleRequest>;
}

export interface OracleRequest {
  readonly serviceId: string;
  readonly functionName: string;
  readonly arguments: Json;
  readonly tetraplets: readonly (readonly OracleTetraplet[])[];
}

/** Data of the reference, as it prints it. Values are JSON texts; all else is found by CID. */
export interface ReadableData {
  readonly trace: readonly {
    readonly call?: {
      readonly executed?: {
        readonly scalar?: string;
        readonly stream?: { readonly cid: string };
        readonly unused?: string;
      };
      readonly failed?: string;
    };
    readonly canon?: { readonly executed?: string };
  }[];
  readonly cid_info: {
    readonly value_store: Readonly<Record<string, string>>;
    readonly tetraplet_store: Readonly<Record<string, OracleTetraplet>>;
    readonly canon_element_store: Readonly<Record<string, { readonly value: string }>>;
    readonly canon_result_store: Readonly<
      Record<string, { readonly tetraplet: string; readonly values: readonly string[] }>
    >;
    readonly service_result_store: Readonly<
      Record<string, { readonly value_cid: string; readonly tetraplet_cid: string }>
    >;
  };
}

/** AquaVM as a black box: the published wasm binary, run by the published host. */
export class Oracle {
  readonly #control: never;
  #service: MarineService | undefined;
  /** Where the last trap was: names of the functions in progress. */
  trap = '';

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

  /** Data as JSON: trace, stores, signatures. */
  readable(data: Uint8Array): ReadableData {
    const text = String(this.#service?.call('to_human_readable_data', [[...data]], defaultCallParameters));
    return (JSON.parse(text) as { data: ReadableData }).data;
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
    // The host reports the place of a trap, but only on the console.
    const { log } = console;
    const told: unknown[] = [];
    console.log = (...lines) => void told.push(...lines);
    try {
      const raw = this.#service?.call('invoke', args, defaultCallParameters);
      return outcomeOf(raw as unknown as RawOutcome);
    } catch {
      this.trap = told.map(line => (line instanceof Error ? String(line.stack) : String(line))).join('\n');
      await this.restart();
      return undefined;
    } finally {
      console.log = log;
    }
  }
}

interface RawOutcome {
  readonly ret_code: number;
  readonly error_message: string;
  readonly data: Uint8Array;
  readonly next_peer_pks: readonly string[];
  readonly call_requests: Uint8Array;
}

interface RawRequest {
  readonly service_id: string;
  readonly function_name: string;
  readonly arguments: Uint8Array;
  readonly tetraplets: Uint8Array;
}

function outcomeOf(raw: RawOutcome): OracleOutcome {
  const requests = Object.entries(requestsOf(new Uint8Array(raw.call_requests)));
  return {
    retCode: raw.ret_code,
    errorMessage: raw.error_message,
    data: new Uint8Array(raw.data),
    nextPeerIds: raw.next_peer_pks,
    callRequests: new Map(
      requests.map(([id, request]) => [
        Number(id),
        {
          serviceId: request.service_id,
          functionName: request.function_name,
          arguments: readMsgpack(new Uint8Array(request.arguments)) as Json,
          tetraplets: readMsgpack(new Uint8Array(request.tetraplets)) as unknown as OracleTetraplet[][],
        },
      ]),
    ),
  };
}

/** MessagePack behind the number of its codec. */
function requestsOf(bytes: Uint8Array): Record<string, RawRequest> {
  if (bytes.length === 0) return {};
  const prefix = bytes.findIndex(byte => byte < 0x80) + 1;
  return readMsgpack(bytes.subarray(prefix)) as unknown as Record<string, RawRequest>;
}
