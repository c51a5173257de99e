import type { Data, Json } from '../../interpreter/index.ts';
import { requireThat } from './invariants.ts';
import { nameOf } from './signing.ts';

/** A canon lists what is stated at its sites: nobody can answer anew what somebody else has fixed. */
export function requireTrueCanons({ chains, values }: Data): void {
  const records = [...chains.values()].flatMap(({ batches }) =>
    batches.flatMap(batch => batch.records.map(({ record }) => record)),
  );
  const stated = new Map(
    records.filter(({ kind }) => kind === 'call').map(({ site, responseHash }) => [site.key, responseHash]),
  );
  for (const { kind, peerId, site, responseHash } of records) {
    const content = kind === 'canon' ? values.get(responseHash)?.json : undefined;
    if (!Array.isArray(content)) continue;
    for (const entry of content as readonly (readonly Json[])[]) {
      const hash = stated.get(entry[0] as string);
      const told = `the canon of ${nameOf(peerId)} at ${site.key} lists what was put at ${String(entry[0])}`;
      requireThat(hash === undefined || hash === entry[1], told);
    }
  }
}
