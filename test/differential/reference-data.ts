import { blake3 } from '@noble/hashes/blake3.js';
import { base32nopad } from '@scure/base';
import { utf8 } from '../../base/bytes.ts';
import { canonicalJson, parseJson, type Json } from '../../interpreter/index.ts';
import type { Recorded } from '../support/recorded.ts';
import { withoutParserInJson } from './compare.ts';
import type { ReadableData } from './oracle.ts';

/**
 * What data of the reference states, in one line each, sorted: to be compared with {@link statementsOf} of ours.
 *
 * Of a result without a name its data knows neither peer nor function: only the hash of the value.
 */
export function referenceStatements({ trace, cid_info: stores }: ReadableData): string[] {
  const whatIs = (cid: string) => {
    const { peer_pk, service_id, function_name } = stores.tetraplet_store[cid] as never as Record<
      string,
      string
    >;
    return `${peer_pk} ${service_id}.${function_name}`;
  };
  const result = (cid: string) =>
    stores.service_result_store[cid] as { value_cid: string; tetraplet_cid: string };
  const textOf = (cid: string): string => stores.value_store[cid] as string;
  return trace
    .flatMap(({ call, canon }) => {
      const { scalar, stream, unused } = call?.executed ?? {};
      const cid = scalar ?? stream?.cid;
      if (cid !== undefined) {
        const { value_cid, tetraplet_cid } = result(cid);
        return `${whatIs(tetraplet_cid)} ok ${textOf(value_cid)}`;
      }
      if (unused !== undefined) return `unused ${unused}`;
      if (call?.failed !== undefined) {
        const { value_cid, tetraplet_cid } = result(call.failed);
        const { ret_code, message } = parseJson(textOf(value_cid)) as Record<string, Json>;
        return `${whatIs(tetraplet_cid)} failed ${canonicalJson([ret_code as Json, message as Json])}`;
      }
      if (canon?.executed !== undefined) {
        const made = stores.canon_result_store[canon.executed];
        const elements = made?.values.map(element =>
          textOf(stores.canon_element_store[element]?.value as string),
        );
        const { peer_pk } = stores.tetraplet_store[made?.tetraplet as string] as { peer_pk: string };
        return `${peer_pk} canon ok [${elements?.join(',')}]`;
      }
      return [];
    })
    .map(withoutParserInJson)
    .toSorted();
}

export const statementsOf = (recorded: readonly Recorded[]): string[] =>
  recorded
    .map(({ peerId, what, outcome, value, isUnused }) =>
      isUnused ? `unused ${cidOfValue(value)}` : `${peerId} ${what} ${outcome} ${value}`,
    )
    .map(withoutParserInJson)
    .toSorted();

/** CIDv1, JSON, BLAKE3: how the reference names values. */
function cidOfValue(text: string): string {
  const bytes = Uint8Array.of(1, 0x80, 4, 0x1e, 0x20, ...blake3(utf8(text)));
  return `b${base32nopad.encode(bytes).toLowerCase()}`;
}
