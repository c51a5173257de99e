import type { INSTRUCTIONS } from './instructions.ts';
import type { KindIn, NodeIn } from './table.ts';

/**
 * The syntax tree of an AIR script: one union on `kind`, made from the table of instructions.
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
export type ValueOperand =
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
export type VariableName = ScalarName | StreamName | StreamMapName | CanonName | CanonMapName;
/** An error code with its message, as `fail` takes them. */
export type Failure = Span & { readonly kind: 'failure'; readonly code: bigint; readonly message: string };
/** The canon operand always carries a lens; last error and error never do. */
export type Failed = ScalarRead | CanonRead | LastError | ErrorRegister | Failure;

/**
 * An instruction. Its fields are the operands and nested instructions of its row in `instructions.ts`. `index` is its place in the
 * script: instructions are numbered from 0 in the order of their opening parentheses. It is part of every site.
 */
export type InstructionOf<Kind extends InstructionKind> = NodeIn<typeof INSTRUCTIONS, Kind, AnyInstruction>;
export type InstructionKind = KindIn<typeof INSTRUCTIONS>;
export type Instruction = { [Kind in InstructionKind]: InstructionOf<Kind> }[InstructionKind];

interface AnyInstruction {
  readonly instruction: Instruction;
}

export type Call = InstructionOf<'call'>;
export type Canon = InstructionOf<'canon'>;
export type CanonMap = InstructionOf<'canonMap'>;
export type CanonMapScalar = InstructionOf<'canonMapScalar'>;
export type Ap = InstructionOf<'ap'>;
export type ApMap = InstructionOf<'apMap'>;
export type Seq = InstructionOf<'seq'>;
export type Par = InstructionOf<'par'>;
export type Xor = InstructionOf<'xor'>;
export type Match = InstructionOf<'match'>;
export type Mismatch = InstructionOf<'mismatch'>;
/** `last` runs when `next` is executed on the final item. */
export type Fold = InstructionOf<'fold'>;
export type Next = InstructionOf<'next'>;
export type New = InstructionOf<'new'>;
export type Fail = InstructionOf<'fail'>;
export type Never = InstructionOf<'never'>;
export type Null = InstructionOf<'null'>;

/** A parsed and validated script. */
export interface Script {
  readonly text: string;
  readonly root: Instruction;
  /** Number of instructions; every `index` is below it. */
  readonly size: number;
}
