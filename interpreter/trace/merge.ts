import { toBase64 } from '../../base/bytes.ts';
import { RunError } from '../errors.ts';
import type { RecordBatch, RecordChain } from '../provenance/record-batch.ts';
import type { Data } from './data.ts';

/**
 * The records of both sides: for each peer the longer of two histories of which one begins the other.
 *
 * Two histories that part prove that their signer told different stories; which is true cannot be known here, so the
 * arriving data is refused, with both signed statements as evidence.
 */
export function mergeChains(prev: Data, current: Data): Map<string, RecordChain> {
  const merged = new Map(prev.chains);
  for (const chain of current.chains.values()) {
    const known = merged.get(chain.peerId);
    merged.set(chain.peerId, known === undefined ? chain : longer(known, chain));
  }
  return merged;
}

function longer(known: RecordChain, arrived: RecordChain): RecordChain {
  const common = Math.min(known.batches.length, arrived.batches.length);
  // Heads are chained: equal heads here mean equal histories up to here.
  if (headAt(known, common - 1) !== headAt(arrived, common - 1)) throw equivocation(known, arrived);
  return known.batches.length >= arrived.batches.length ? known : arrived;
}

function equivocation(known: RecordChain, arrived: RecordChain): RunError {
  let at = 0;
  while (headAt(known, at) === headAt(arrived, at)) at += 1;
  return new RunError(
    'equivocation',
    `\`${known.peerId}\` signed two different histories: batch ${at} of its records exists in two versions`,
    {
      peerId: known.peerId,
      index: at,
      known: statement(known.batches[at] as RecordBatch),
      arrived: statement(arrived.batches[at] as RecordBatch),
    },
  );
}

/** What convicts the signer: both statements with the signatures under them. */
function statement(batch: RecordBatch): object {
  return {
    previous: batch.previous,
    head: batch.head,
    signature: toBase64(batch.signature),
    records: batch.records.map(({ bytes }) => toBase64(bytes)),
  };
}

const headAt = (chain: RecordChain, index: number): string | undefined => chain.batches[index]?.head;
