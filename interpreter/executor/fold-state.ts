import type { Fold } from '../../air-grammar/index.ts';
import type { Item } from '../provenance/site.ts';
import type { SourcedValue } from '../provenance/sourced-value.ts';

/** A fold in progress: what `next` and the iterator's name refer to. */
export interface FoldState {
  readonly node: Fold;
  readonly items: Items;
  /** The item that the iterator names now. */
  cursor: number;
  /** A fold over a stream or stream map: never complete without a last instruction. */
  readonly overStream: boolean;
  /** `next` was executed on the last item. */
  endReached: boolean;
}

/** What a fold iterates over. Items are made when the fold reaches them: most folds end early or wait. */
export interface Items {
  readonly length: number;
  at(index: number): SourcedValue;
  /** The identity of an item in sites. */
  identityOf(index: number): Item;
}
