import { RunError } from '../errors.ts';
import { cidOf } from '../values/cid.ts';
import { Producer, SourcedValue, type HashedRecord } from '../provenance/sourced-value.ts';
import { equalJson, isJsonObject, type Json } from '../values/json.ts';
import { Value } from '../values/value.ts';
import { pairOf } from './canon.ts';
import type { SiteKey } from '../provenance/site.ts';
import type { StreamItem } from './stream.ts';

/**
 * What the record of a canon names: `[[site, value hash], …]`, in the order that its peer fixed.
 *
 * An element that was read from an error register has its value as a third part. Such a register holds what failed on this peer,
 * and another peer may have another error there: the canon's peer has to state it.
 *
 * @spec docs/spec/call-record.md#canons
 */
export function contentOf(items: readonly StreamItem[]): Value {
  const content: Json[] = [];
  const parts: string[] = [];
  for (const { site, sourced } of items) {
    const { value } = sourced;
    const isTold = toldPart(sourced) !== undefined;
    content.push(isTold ? [site.key, value.hash, value.json] : [site.key, value.hash]);
    // Sites and hashes have nothing to escape: writing them here takes a third of the time of writing any JSON.
    parts.push(parts.length === 0 ? '[["' : ',["', site.key, '","', value.hash, '"');
    if (isTold) parts.push(',', value.text);
    parts.push(']');
  }
  parts.push(parts.length === 0 ? '[]' : ']');
  return Value.ofResult(content, parts.join(''));
}

/**
 * The elements that a record names. Only error values are taken on trust: every element comes from this peer's own walk over the site.
 *
 * @param itemAt What was put into the stream at a site; `undefined` if the walk has not reached it yet. Its second parameter makes the
 *   error of a site that is never reached.
 * @returns `undefined` if the walk has not reached an element yet.
 * @throws {RunError} 20024 if something else was put there.
 */
export function readContent(
  content: Json,
  itemAt: (site: SiteKey, error: () => RunError) => StreamItem | undefined,
  peerId: string,
  record: HashedRecord,
): SourcedValue[] | undefined {
  if (!Array.isArray(content)) throw forged(peerId, 'its content is not a list');
  const taken = new Set<string>();
  const elements = content.map((entry: Json) => {
    const [site, hash, told] = partsOf(entry);
    if (typeof site !== 'string' || typeof hash !== 'string')
      throw forged(peerId, 'an element is not `[site, value hash]`');
    if (taken.has(site)) throw forged(peerId, `site \`${site}\` is listed twice`);
    taken.add(site);
    const item = itemAt(site, () => forged(peerId, `nothing put an element there at site \`${site}\``));
    if (item === undefined) return undefined;
    const found =
      item.sourced.value.hash === hash
        ? fixedElement(item.sourced)
        : toldBy(peerId, record, item.sourced, told, hash);
    if (found === undefined)
      throw forged(peerId, `site \`${site}\` put another value there than \`${cidOf(hash)}\``);
    return found;
  });
  return elements.every(element => element !== undefined) ? elements : undefined;
}

const partsOf = (entry: Json): readonly Json[] =>
  Array.isArray(entry) && (entry.length === 2 || entry.length === 3) ? entry : [];

/** What was read from an error register in an element: itself, or the value of a pair. */
function toldPart(element: SourcedValue): SourcedValue | undefined {
  if (element.isFromRegister) return element;
  const inner = element.composition === undefined ? undefined : element.pair?.[1];
  return inner?.isFromRegister === true ? inner : undefined;
}

/** An element of a canon is the same on every peer, wherever it was read from: it needs no statement of its own. */
export function fixedElement(element: SourcedValue): SourcedValue {
  const pair = element.composition === undefined ? undefined : element.pair;
  if (pair?.some(part => part.isFromRegister) !== true) return element.marked(false);
  return pairOf(pair[0].marked(false), pair[1].marked(false)).selectedBy(element.selectors);
}

/** Another peer's error, where this peer has one too: a statement of that peer alone. */
function toldBy(
  peerId: string,
  record: HashedRecord,
  own: SourcedValue,
  told: Json | undefined,
  hash: string,
): SourcedValue | undefined {
  const part = toldPart(own);
  if (told === undefined || part === undefined) return undefined;
  const value = Value.ofJson(told);
  if (value.hash !== hash) return undefined;
  const producer = Producer.told(peerId, record);
  if (part === own) return new SourcedValue(value, producer);
  const key = own.pair?.[0];
  if (key === undefined || !isJsonObject(told) || Object.keys(told).length !== 2) return undefined;
  const { key: toldKey, value: toldValue } = told;
  if (toldKey === undefined || toldValue === undefined || !equalJson(toldKey, key.value.json))
    return undefined;
  return pairOf(key.marked(false), new SourcedValue(Value.ofJson(toldValue), producer));
}

function forged(peerId: string, why: string): RunError {
  return new RunError('canonForged', `canon of \`${peerId}\` is refused: ${why}`, { peerId });
}
