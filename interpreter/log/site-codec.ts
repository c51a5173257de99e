import { BerylError } from '../../base/error.ts';
import type { CborReader, CborWriter } from '../cbor.ts';
import { FOLDS_MAX } from '../limits.ts';
import { readSiteOf, type Iterations, type Site } from '../provenance/site.ts';

/** `[instruction, [fold, item, fold, item, …]]`; an item is an index, or the 32 bytes that name a stream item. */
export function writeSite(cbor: CborWriter, site: Site): void {
  cbor.array(2);
  cbor.uint(site.instruction);
  const { iterations } = site;
  cbor.array(iterations.depth * 2);
  if (iterations.depth === 0) return;
  if (iterations.depth === 1) writeIteration(cbor, iterations);
  else for (const iteration of iterations.entries()) writeIteration(cbor, iteration);
}

function writeIteration(cbor: CborWriter, { fold, item }: Pick<Iterations, 'fold' | 'item'>): void {
  cbor.uint(fold);
  if (typeof item === 'number') cbor.uint(item);
  else cbor.hex(item);
}

export function readSite(cbor: CborReader): Site {
  cbor.array(2, 2);
  const instruction = cbor.uint();
  const count = cbor.array(2 * FOLDS_MAX);
  if (count === 0) return readSiteOf(instruction, String(instruction));
  if (count % 2 !== 0) throw new BerylError('ERR_RECORD_SITE', 'a site has a fold without its item');
  const parts = [String(instruction)];
  for (let i = 0; i < count; i += 2) {
    const fold = cbor.uint();
    parts.push(`${fold}:${cbor.peekMajor() === 2 ? cbor.hex(32) : cbor.uint()}`);
  }
  // Joined, not concatenated: a concatenated text keeps all its parts in memory.
  return readSiteOf(instruction, parts.join('/'));
}
