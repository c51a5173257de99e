import type { Data, Json } from '../../interpreter/index.ts';
import { requireThat } from './invariants.ts';
import { nameOf } from './signing.ts';

/** A canon lists what is stated at its sites: no peer can replace what another peer has fixed. */
export function requireTrueCanons({ logs, values }: Data): void {
  const all = [...logs.values()].flatMap(({ peerId, records }) =>
    records.map(({ record }) => ({ peerId, record })),
  );
  const stated = new Map(
    all
      .filter(({ record }) => record.kind === 'call')
      .map(({ record }) => [record.site.key, record.responseHash]),
  );
  for (const { peerId, record } of all) {
    const { kind, site, responseHash } = record;
    const content = kind === 'canon' ? values.get(responseHash)?.json : undefined;
    if (!Array.isArray(content)) continue;
    for (const entry of content as readonly (readonly Json[])[]) {
      const hash = stated.get(entry[0] as string);
      const told = `the canon of ${nameOf(peerId)} at ${site.key} lists what was put at ${String(entry[0])}`;
      requireThat(hash === undefined || hash === entry[1], told);
    }
  }
}
