import type { Canon, CanonMap as CanonMapNode, CanonMapScalar } from '../../../air-grammar/index.ts';
import { CanonMap, CanonStream, readPair, type Pair } from '../../collections/canon.ts';
import type { StreamItem } from '../../collections/stream.ts';
import { isScriptError, RunError, type ScriptError } from '../../errors.ts';
import { NO_ARGUMENTS_HASH } from '../../log/args-hash.ts';
import type { SealedRecord } from '../../log/sealed-record.ts';
import type { Site } from '../../provenance/site.ts';
import type { SourcedValue } from '../../provenance/sourced-value.ts';
import { contentOf, fixedElement, readContent } from '../../collections/canon-content.ts';
import { WORK } from '../budget.ts';
import { iterableShadowing } from '../read.ts';
import { resolveString } from '../resolve.ts';
import type { Run } from '../run.ts';

type CanonNode = Canon | CanonMapNode | CanonMapScalar;

/**
 * One peer decides once what a stream contains and in which order; all others use that.
 *
 * It only decides: its record names the sites that put the elements there, and each peer takes the elements from its own walk over
 * these sites. So a canon can select and order what is proven, but not add to it or alter it.
 */
export function beginCanon(run: Run, node: CanonNode): ScriptError | undefined {
  run.budget.work(WORK.canon);
  const peerId = resolveString(run, node.peer);
  if (isScriptError(peerId)) return run.waitOrFail(peerId, node);
  const site = run.siteOf(node);
  const sealed = run.ledger.recordAt(site, peerId);
  if (sealed !== undefined) {
    run.ledger.reach(peerId, sealed);
    const elements = recordedElements(run, node, peerId, sealed);
    for (const { value } of elements ?? []) run.budget.value(value);
    return elements === undefined ? run.wait() : bind(run, node, peerId, elements);
  }
  if (run.actsAs(peerId)) {
    const items = run.streams.find(node.source)?.items() ?? [];
    spendOn(run, node, items.length);
    for (const { sourced } of items) run.budget.value(sourced.value);
    recordItems(run, site, items);
    return bind(
      run,
      node,
      peerId,
      items.map(({ sourced }) => fixedElement(sourced)),
    );
  }
  const state = run.ledger.stateAt(site);
  if (state === undefined) run.sendTo(peerId);
  run.keep(state ?? { kind: 'requested', site, by: run.me });
  return run.wait();
}

/** The same on the peer that fixes a canon and on the peers that read it. */
const spendOn = (run: Run, node: CanonNode, elements: number): void =>
  run.budget.work(elements * WORK.canonElement * (node.kind === 'canon' ? 1 : 2));

function recordItems(run: Run, site: Site, items: readonly StreamItem[]): void {
  const content = contentOf(items);
  run.budget.compose(content.text.length);
  run.ledger.add(
    {
      kind: 'canon',
      site,
      serviceId: '',
      functionName: '',
      argsHash: NO_ARGUMENTS_HASH,
      outcome: 'ok',
      responseHash: content.hash,
      told: [],
    },
    content,
  );
}

/** The elements that a record names, as this peer found them itself; `undefined` if the walk reaches one of them later. */
function recordedElements(
  run: Run,
  node: CanonNode,
  peerId: string,
  sealed: SealedRecord,
): SourcedValue[] | undefined {
  const { record } = sealed;
  if (record.kind !== 'canon') {
    throw new RunError(
      'parametersMismatch',
      `canon tetraplet doesn't match expected parameters: expected a canon, got a record of \`${record.serviceId}.${record.functionName}\` `,
    );
  }
  const stream = run.streams.find(node.source);
  const streamId = stream?.id ?? node.source.name;
  const content = run.ledger.responseOf(sealed).json;
  if (Array.isArray(content)) spendOn(run, node, content.length);
  return readContent(
    content,
    (site, error) => stream?.itemAt(site) ?? run.foreseen.need(streamId, site, error),
    peerId,
    sealed,
  );
}

/** The elements become those of a canon: its peer selected them. */
function bind(run: Run, node: CanonNode, peerId: string, found: readonly SourcedValue[]): undefined {
  const selectors = [peerId];
  const elements = found.map(element => element.selectedBy(selectors));
  if (node.kind === 'canon') {
    run.canons.write(node.target.name, new CanonStream(peerId, elements));
    return undefined;
  }
  const map = new CanonMap(peerId, elements.map(pairOrRefuse));
  if (node.kind === 'canonMap') {
    run.canonMaps.write(node.target.name, map);
    return undefined;
  }
  if (run.foldOf(node.target.name) !== undefined) throw iterableShadowing(node.target.name);
  run.scalars.write(node.target.name, map.toFirstValues());
  return undefined;
}

function pairOrRefuse(element: SourcedValue): Pair {
  const pair = readPair(element);
  if (pair === undefined) throw new RunError('mapPairMalformed', 'unsupported kvpair object or map key type');
  return pair;
}
