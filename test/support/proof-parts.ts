import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { exportProof, type ShownValues } from '../../interpreter/index.ts';
import { idOf } from './cast.ts';
import { Forgery } from './forge.ts';
import { SignedBench } from './signed-bench.ts';

/** The script looks into `status`, and passes `note` on. */
const SCRIPT = `(seq (call "bob" ("authSrv" "get_status") [] status)
  (seq (call "bob" ("notes" "read") ["n1"] note)
  (seq (call "carol" ("blogSrv" "add_post") [note status.$.is_admin] posted)
       (call "carol" ("blogSrv" "publish") [posted] done))))`;
export const ADD = '5';
export const PUBLISH = '6';

/** A proof taken apart: what its CBOR holds. */
export interface Parts {
  particle: unknown[];
  peerId: string;
  site: string;
  data: [
    version: number,
    last: number,
    peers: string[],
    states: unknown[],
    logs: unknown[][],
    values: Uint8Array[],
  ];
}

export const take = (proof: Uint8Array): Parts => {
  const [, particle, peerId, site, data] = decode(proof) as [string, unknown[], string, string, Uint8Array];
  return { particle, peerId, site, data: decode(data) as Parts['data'] };
};
export const put = ({ particle, peerId, site, data }: Parts): Uint8Array =>
  encode(['beryl/proof/1', particle, peerId, site, encode(data, rfc8949EncodeOptions)], rfc8949EncodeOptions);

/** Bob answers that alice is an admin, and a note; carol posts and publishes. */
export function posted(options: { particleId?: string; note?: string } = {}): SignedBench {
  const bench = new SignedBench(SCRIPT, options);
  bench.run('bob');
  bench.run('bob', { results: { 1: '{"is_admin":true,"since":2019}' } });
  bench.run('bob', { results: { 2: JSON.stringify(options.note ?? 'a private note') } });
  bench.deliver('bob', 'carol');
  bench.run('carol', { results: { 1: '17' } });
  bench.run('carol', { results: { 2: '"ok"' } });
  return bench;
}
export const proofOf = (bench: SignedBench, site = ADD, show?: ShownValues): Uint8Array =>
  exportProof(bench.data('carol'), bench.particle, { peerId: idOf('carol'), site }, show && { show }).proof;

/** Of the first log. */
export const recordsOf = (data: Parts['data']): unknown[] => (data[4][0] as unknown[][])[1] as unknown[];

/** Carol signs that she made her call with other arguments, and a proof carries that. */
export function proofOfOtherArguments(): Uint8Array {
  const bench = posted();
  const parts = take(proofOf(bench, ADD, 'needed'));
  const forgery = new Forgery(bench, encode(parts.data, rfc8949EncodeOptions));
  const [add, publish] = [forgery.record('carol', 0), forgery.record('carol', 1)];
  forgery.sign('carol', [{ ...add, argsHash: publish.argsHash }, publish]);
  return put({ ...parts, data: decode(forgery.bytes) as Parts['data'] });
}
