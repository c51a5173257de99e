import { RunError } from '../errors.ts';
import { onForget } from '../forget.ts';
import { cidOf } from '../provenance/cid.ts';
import { publicKeyOfPeerId, verifySignature } from '../provenance/key-pair.ts';
import { FIRST_PREVIOUS, headBytes, type RecordChain } from '../provenance/record-batch.ts';
import type { Data } from './data.ts';
import { isVerified, isVerifiedHead, rememberVerified } from './known-batches.ts';

/**
 * What must hold of data from another peer before anything uses it. Sizes, shape and version were checked when it was
 * decoded; whether each record stands where the script has that call is checked while the script runs.
 *
 * What stays unproven, on purpose: states of the trace (who was asked), and whether a peer showed us its newest records.
 *
 * @throws {RunError} The first violation found; every kind of violation has its own code.
 * @spec docs/spec/call-record.md#verification
 */
export function verifyData(data: Data, particleSignature: Uint8Array): void {
  if (passed.has(data)) return;
  for (const chain of data.chains.values()) {
    // One that goes no further than what was verified before.
    if (chain.batches.every(isVerified)) continue;
    verifyKey(chain.peerId);
    verifyChainLinks(chain);
    verifySignatures(chain, particleSignature);
    verifyRecords(chain);
    rememberVerified(chain, particleSignature);
  }
  verifyValues(data);
  passed.add(data);
}

/** Data that was verified before; it cannot have changed since. */
let passed = new WeakSet<Data>();
onForget(() => (passed = new WeakSet()));

/** A peer id must be an Ed25519 key under which a signature fits one message only. */
function verifyKey(peerId: string): void {
  if (publicKeyOfPeerId(peerId) === undefined) {
    throw new RunError(
      'keyInvalid',
      `records are attributed to \`${peerId}\`, which is not the id of an Ed25519 key`,
    );
  }
}

/** Leaving out, reordering or repeating a batch breaks the chain of heads. */
function verifyChainLinks({ peerId, batches }: RecordChain): void {
  let expected = FIRST_PREVIOUS;
  for (const [index, batch] of batches.entries()) {
    if (batch.previous !== expected) {
      throw new RunError(
        'chainBroken',
        `batch ${index} of the records of \`${peerId}\` does not follow the one before it: a batch was left out, moved or repeated`,
        { peerId, index, expected, found: batch.previous },
      );
    }
    expected = batch.head;
  }
}

/** Changing any byte of any record, or using records of another particle, changes the head under the signature. */
function verifySignatures({ peerId, batches }: RecordChain, particleSignature: Uint8Array): void {
  for (const [index, batch] of batches.entries()) {
    if (isVerified(batch) || isVerifiedHead(batch, particleSignature, peerId)) continue;
    if (!verifySignature(peerId, headBytes(batch.head), batch.signature)) {
      throw new RunError(
        'signatureMismatch',
        `signature of \`${peerId}\` does not cover batch ${index} of its records in this particle`,
        { peerId, index, head: batch.head },
      );
    }
  }
}

/** A peer speaks for itself only, and once about each site. */
function verifyRecords({ peerId, batches }: RecordChain): void {
  const sites = new Set<string>();
  for (const batch of batches) {
    for (const { record } of batch.records) {
      if (record.peerId !== peerId) {
        throw new RunError(
          'recordOfOtherPeer',
          `\`${peerId}\` signed a record in the name of \`${record.peerId}\``,
          {
            peerId,
            claimed: record.peerId,
          },
        );
      }
      if (sites.has(record.site.key)) {
        throw new RunError('equivocation', `\`${peerId}\` recorded site \`${record.site.key}\` twice`, {
          peerId,
          site: record.site.key,
        });
      }
      sites.add(record.site.key);
    }
  }
}

/** Values are stored by hash, so an altered value is one that no record names. */
function verifyValues({ chains, values }: Data): void {
  const named = new Set<string>();
  for (const { batches } of chains.values())
    for (const { records } of batches) for (const { record } of records) named.add(record.responseHash);
  for (const hash of values.keys()) {
    if (!named.has(hash)) {
      const cid = cidOf(hash);
      throw new RunError(
        'valueMismatch',
        `value \`${cid}\` is named by no record: it was altered or does not belong here`,
        {
          cid,
        },
      );
    }
  }
}
