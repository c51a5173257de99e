import { NAMES, idOf } from '../../support/cast.ts';
import { peerIndex, type WireBatch, type WireChain } from '../wire.ts';
import { othersChains, ownChains, type Mutation, type Scene } from './scene.ts';

/** Changes a history of mallory's, which is then signed anew: with its links mended, or as they are. */
const rechaining =
  (change: (chain: WireChain, scene: Scene) => boolean): Mutation =>
  scene => {
    const chain = scene.chance.some(ownChains(scene).filter(hasBatches));
    if (chain === undefined || !change(chain, scene)) return false;
    chain.signing = scene.chance.of(['chain', 'chain', 'heads', 'nothing']);
    return true;
  };

/** Changes any history, whose signatures stay as they are. */
const handling =
  (change: (batches: WireBatch[], scene: Scene) => WireBatch[] | undefined): Mutation =>
  scene => {
    const chain = scene.chance.some(scene.wire.chains.filter(hasBatches));
    const changed = chain && change(chain.batches, scene);
    if (chain === undefined || changed === undefined) return false;
    chain.batches = changed;
    if (changed.length === 0 && scene.chance.is(0.8))
      scene.wire.chains = scene.wire.chains.filter(other => other !== chain);
    return true;
  };

/** Not emptied by a mutation before. */
const hasBatches = ({ batches }: WireChain): boolean =>
  batches.every(({ records }) => records.length > 0) && batches.length > 0;

const without = <T>(list: readonly T[], at: number): T[] => list.filter((_, i) => i !== at);

/** Histories: in other pieces, in another order, in another name. */
export const BATCHES: Readonly<Record<string, Mutation>> = {
  'batch: split': rechaining((chain, { chance }) => {
    const batch = chain.batches.find(({ records }) => records.length > 1);
    if (batch === undefined) return false;
    const rest = batch.records.splice(1 + chance.below(batch.records.length - 1));
    chain.batches.splice(chain.batches.indexOf(batch) + 1, 0, { ...batch, records: rest });
    return true;
  }),
  'batch: two made one': rechaining((chain, { chance }) => {
    if (chain.batches.length < 2) return false;
    const at = chance.below(chain.batches.length - 1);
    const [next] = chain.batches.splice(at + 1, 1);
    chain.batches[at]?.records.push(...(next?.records ?? []));
    return true;
  }),
  'batch: in another order, signed anew': rechaining((chain, { chance }) => {
    if (chain.batches.length < 2) return false;
    chain.batches = chance.shuffled(chain.batches);
    return true;
  }),
  'batch: records in another order': rechaining((chain, { chance }) => {
    const batch = chance.of(chain.batches);
    batch.records = chance.shuffled(batch.records);
    return batch.records.length > 1;
  }),
  'batch: twice, signed anew': rechaining((chain, { chance }) => {
    chain.batches.push({ ...chance.of(chain.batches) });
    return true;
  }),
  'batch: without records': rechaining((chain, { chance }) => {
    chance.of(chain.batches).records = [];
    return true;
  }),
  'batch: after another head': rechaining((chain, { chance }) => {
    const batch = chance.of(chain.batches);
    batch.previous = chance.is(0.5) ? chance.bytes(32) : chance.of(chain.batches).previous;
    return true;
  }),
  'batch: from another story of hers': scene => {
    const chain = scene.chance.some(ownChains(scene));
    const other = chain && scene.run.fork.truth.chains.get(scene.wire.peers[chain.peer] as string);
    if (chain === undefined || other === undefined) return false;
    const records = scene.chance.of(other.batches).records.map(({ bytes }) => bytes);
    chain.batches.splice(scene.chance.below(chain.batches.length + 1), 1, { ...emptyBatch(), records });
    chain.signing = 'chain';
    return true;
  },

  'batch: left out': handling((batches, { chance }) => without(batches, chance.below(batches.length))),
  'batch: the newest left out': handling((batches, { chance }) => batches.slice(0, -1 - chance.below(2))),
  'batch: twice': handling((batches, { chance }) => {
    const at = chance.below(batches.length);
    return [...batches.slice(0, at + 1), ...batches.slice(at)];
  }),
  'batch: in another order': handling((batches, { chance }) =>
    batches.length < 2 ? undefined : chance.shuffled(batches),
  ),
  'batch: one record left out': handling((batches, { chance }) => {
    const at = chance.below(batches.length);
    const batch = batches[at] as WireBatch;
    const records = without(batch.records, chance.below(batch.records.length));
    return batches.map((other, i) => (i === at ? { ...batch, records } : other));
  }),
  'batch: another signature': handling((batches, { chance }) => {
    const at = chance.below(batches.length);
    const signature = Uint8Array.from(batches[at]?.signature ?? []);
    const place = chance.below(64);
    signature[place] = (signature[place] as number) ^ (1 << chance.below(8));
    return batches.map((other, i) => (i === at ? { ...other, signature } : other));
  }),

  'chain: left out': ({ wire, chance }) => {
    if (wire.chains.length === 0) return false;
    wire.chains.splice(chance.below(wire.chains.length), 1);
    return true;
  },
  'chain: twice': ({ wire, chance }) => {
    const chain = chance.some(wire.chains);
    if (chain === undefined) return false;
    wire.chains.push({ ...chain });
    return true;
  },
  'chain: in another name': scene => {
    const chain = scene.chance.some(scene.wire.chains);
    if (chain === undefined) return false;
    chain.peer = peerIndex(scene.wire, idOf(scene.chance.of(NAMES)));
    if (scene.chance.is(0.3)) chain.peer = scene.chance.below(scene.wire.peers.length + 2);
    chain.signing = scene.chance.of(['chain', 'nothing']);
    return true;
  },
  'chain: of an honest peer, gone on with by mallory': scene => {
    const chain = scene.chance.some(othersChains(scene));
    if (chain === undefined) return false;
    chain.batches.push({ ...(chain.batches.at(-1) ?? emptyBatch()) });
    chain.signing = scene.chance.of(['chain', 'heads']);
    return true;
  },
  'chain: in another order': ({ wire, chance }) => {
    if (wire.chains.length < 2) return false;
    wire.chains = chance.shuffled(wire.chains);
    return true;
  },
};

const emptyBatch = (): WireBatch => ({
  previous: new Uint8Array(32),
  records: [],
  signature: new Uint8Array(64),
});
