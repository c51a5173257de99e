import type { OriginKind } from '../provenance/origin.ts';
import type { SourcedValue } from '../provenance/sourced-value.ts';
import type { Tetraplet } from '../provenance/tetraplet.ts';
import type { Value } from '../values/value.ts';
import { ProofError } from './proof-error.ts';

/** One value and where it came from. JSON-representable; other nodes are named by their place in the list. */
export interface ProvenOrigin {
  readonly kind: OriginKind;
  readonly tetraplet: Tetraplet;
  /** Leaf hash (hex) of the record behind it, in the log of `tetraplet.peerId`. */
  readonly record?: string;
  /** Of that record. */
  readonly site?: string;
  /** Canonical JSON. Left out for a value that is sealed, or that another peer told. */
  readonly valueJson?: string;
  /** SHA-256 of the canonical JSON, hex. Left out where it would need a sealed value. */
  readonly valueHash?: string;
  /** Only this peer can know whether it is right: it read the value from its own error register. */
  readonly toldBy?: string;
  readonly selectors: readonly string[];
  /** Of a result: what its call was given. */
  readonly arguments: readonly number[];
  /** Of what the script put together: all that went into it. */
  readonly parts: readonly number[];
}

/** Nodes of one proof. The script decides how many there are; what they share stands once. */
const ORIGINS_MAX = 1_000_000;

/** Lists values with all that is behind them, each once, breadth first: neither depth nor sharing costs more than the records do. */
export class OriginList {
  readonly nodes: ProvenOrigin[] = [];
  readonly #known = new Map<Value, { readonly sourced: SourcedValue; readonly at: number }[]>();
  readonly #waiting: SourcedValue[] = [];
  #count = 0;

  /** @returns Places of the values in {@link nodes}. @throws {ProofError} ERR_PROOF_SIZE. */
  add(values: readonly SourcedValue[]): number[] {
    const places = values.map(value => this.#placeOf(value));
    for (let at = this.nodes.length; at < this.#waiting.length; at++)
      this.nodes.push(this.#nodeOf(this.#waiting[at] as SourcedValue));
    return places;
  }

  #placeOf(sourced: SourcedValue): number {
    const same = this.#known.get(sourced.value) ?? [];
    const known = same.find(one => isSame(one.sourced, sourced));
    if (known !== undefined) return known.at;
    const at = this.#count++;
    if (at >= ORIGINS_MAX)
      throw new ProofError('ERR_PROOF_SIZE', `more than \`${ORIGINS_MAX}\` values are behind this call`);
    same.push({ sourced, at });
    this.#known.set(sourced.value, same);
    this.#waiting.push(sourced);
    return at;
  }

  #nodeOf(sourced: SourcedValue): ProvenOrigin {
    const { kind, producer, value, composition, selectors } = sourced;
    const { record } = producer;
    const isTold = kind === 'error' && record !== undefined && producer.serviceId === '';
    const parts = (composition?.parts?.() ?? []).map(part => part.selectedBy(selectors));
    return {
      kind,
      tetraplet: sourced.tetraplet,
      ...(record !== undefined && { record: record.hash, site: record.record.site.key }),
      ...(value.isOpen && { valueJson: value.text }),
      ...((value.isOpen || value.isSealed) && { valueHash: value.hash }),
      ...(isTold && { toldBy: producer.peerId }),
      selectors,
      arguments: producer.arguments.map(argument => this.#placeOf(argument)),
      parts: parts.map(part => this.#placeOf(part)),
    };
  }
}

const isSame = (a: SourcedValue, b: SourcedValue): boolean =>
  a.producer === b.producer &&
  a.getter === b.getter &&
  a.composition === b.composition &&
  a.isFromRegister === b.isFromRegister &&
  a.selectors.length === b.selectors.length &&
  a.selectors.every((selector, i) => selector === b.selectors[i]);
