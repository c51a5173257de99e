/**
 * The syntax tree of an AIR script: one union on `kind`.
 *
 * Variable names keep their sigil (`x`, `$s`, `%m`, `#c`, `#%m`); the five name spaces are disjoint because of it.
 */

/** Half-open range of UTF-16 offsets into the script. Every node is one: of an instruction, from `(` to just after `)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One step of a lens. `byScalar` takes the key or index from a scalar or iterator at run time. */
export type Accessor =
  | { readonly kind: 'index'; readonly index: number } // 0 … 2^32 − 1
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'byScalar'; readonly name: string };

export type Lens =
  | { readonly kind: 'path'; readonly accessors: readonly Accessor[] } // at least one
  | { readonly kind: 'length' };

interface Variable<Kind extends string> extends Span {
  readonly kind: Kind;
  readonly name: string;
}
export type ScalarName = Variable<'scalar'>;
export type StreamName = Variable<'stream'>;
export type StreamMapName = Variable<'streamMap'>;
export type CanonName = Variable<'canon'>;
export type CanonMapName = Variable<'canonMap'>;

/** A variable that is read, with or without a lens. */
export type ScalarRead = ScalarName & { readonly lens?: Lens };
export type CanonRead = CanonName & { readonly lens?: Lens };
export type CanonMapRead = CanonMapName & { readonly lens?: Lens };

export type StringLiteral = Span & { readonly kind: 'string'; readonly value: string };
export type IntegerLiteral = Span & { readonly kind: 'integer'; readonly value: bigint };
export type FloatLiteral = Span & { readonly kind: 'float'; readonly value: number };
export type BooleanLiteral = Span & { readonly kind: 'boolean'; readonly value: boolean };
export type EmptyArray = Span & { readonly kind: 'emptyArray' };
export type InitPeerId = Span & { readonly kind: 'initPeerId' };
export type Timestamp = Span & { readonly kind: 'timestamp' };
export type Ttl = Span & { readonly kind: 'ttl' };
/** `%last_error%`, `:error:`, each with or without a lens. */
export type LastError = Span & { readonly kind: 'lastError'; readonly lens?: Lens };
export type ErrorRegister = Span & { readonly kind: 'error'; readonly lens?: Lens };

/** What a call argument or an operand of match may be. */
export type Value =
  | StringLiteral
  | IntegerLiteral
  | FloatLiteral
  | BooleanLiteral
  | EmptyArray
  | InitPeerId
  | Timestamp
  | Ttl
  | LastError
  | ErrorRegister
  | ScalarRead
  | CanonRead
  | CanonMapRead;

/** Service id, function name. The canon and canon map always carry a lens here. */
export type StringOperand = StringLiteral | ScalarRead | CanonRead | CanonMapRead;
export type PeerOperand = InitPeerId | StringOperand;
export type MapKey = StringLiteral | IntegerLiteral | ScalarRead | CanonRead;
/** Canon without lens; canon map with or without. */
export type Iterable = ScalarRead | CanonName | CanonMapRead | EmptyArray | StreamName | StreamMapName;

interface Node<Kind extends string> extends Span {
  readonly kind: Kind;
  /** Place in the script: instructions numbered from 0 in the order of their opening parentheses. Part of every site. */
  readonly index: number;
}

export type Call = Node<'call'> & {
  readonly peer: PeerOperand;
  readonly service: StringOperand;
  readonly functionName: StringOperand;
  readonly arguments: readonly Value[];
  readonly output?: ScalarName | StreamName;
};
export type Canon = Node<'canon'> & {
  readonly peer: PeerOperand;
  readonly source: StreamName;
  readonly target: CanonName;
};
export type CanonMap = Node<'canonMap'> & {
  readonly peer: PeerOperand;
  readonly source: StreamMapName;
  readonly target: CanonMapName;
};
export type CanonMapScalar = Node<'canonMapScalar'> & {
  readonly peer: PeerOperand;
  readonly source: StreamMapName;
  readonly target: ScalarName;
};
export type Ap = Node<'ap'> & { readonly value: Value; readonly target: ScalarName | StreamName };
export type ApMap = Node<'apMap'> & {
  readonly key: MapKey;
  readonly value: Value;
  readonly target: StreamMapName;
};
export type Seq = Node<'seq'> & { readonly left: Instruction; readonly right: Instruction };
export type Par = Node<'par'> & { readonly left: Instruction; readonly right: Instruction };
export type Xor = Node<'xor'> & { readonly left: Instruction; readonly right: Instruction };
export type Match = Node<'match'> & {
  readonly left: Value;
  readonly right: Value;
  readonly body: Instruction;
};
export type Mismatch = Node<'mismatch'> & {
  readonly left: Value;
  readonly right: Value;
  readonly body: Instruction;
};
/** `last` runs when `next` is executed on the final item. */
export type Fold = Node<'fold'> & {
  readonly iterable: Iterable;
  readonly iterator: ScalarName;
  readonly body: Instruction;
  readonly last?: Instruction;
};
export type Next = Node<'next'> & { readonly iterator: ScalarName };
export type New = Node<'new'> & {
  readonly variable: ScalarName | StreamName | StreamMapName | CanonName | CanonMapName;
  readonly body: Instruction;
};
/** The canon operand always carries a lens; last error and error never do. */
export type Fail = Node<'fail'> & {
  readonly operand:
    | ScalarRead
    | CanonRead
    | LastError
    | ErrorRegister
    | (Span & { readonly kind: 'failure'; readonly code: bigint; readonly message: string });
};
export type Never = Node<'never'>;
export type Null = Node<'null'>;

export type Instruction =
  | Call
  | Canon
  | CanonMap
  | CanonMapScalar
  | Ap
  | ApMap
  | Seq
  | Par
  | Xor
  | Match
  | Mismatch
  | Fold
  | Next
  | New
  | Fail
  | Never
  | Null;

/** A parsed and validated script. */
export interface Script {
  readonly text: string;
  readonly root: Instruction;
  /** Number of instructions; every `index` is below it. */
  readonly size: number;
}
