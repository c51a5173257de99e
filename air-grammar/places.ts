import type {
  CanonMapName,
  CanonName,
  Failed,
  Iterable,
  MapKey,
  PeerOperand,
  ScalarName,
  StreamMapName,
  StreamName,
  StringOperand,
  ValueOperand,
  VariableName,
} from './ast.ts';
import { kindsOf, titleOf, type Kinds, type KindText } from './kinds.ts';

/** What may stand somewhere in an instruction. `T` is the type of its nodes. */
export interface Place<T = unknown> {
  /** Shown to people as what was expected. */
  readonly title: string;
  readonly kinds: Kinds;
  /** Never there: carries the type. */
  readonly node?: T;
}

const TEXT_KINDS: readonly KindText[] = ['string', 'scalar', 'scalar+', 'canon+', 'canonMap+'];
const AP_VALUE_KINDS: readonly KindText[] = [
  'string', 'integer', 'float', 'boolean', 'emptyArray', 'initPeerId', 'timestamp', 'ttl', 'lastError', 'lastError+', 'error',
  'error+', 'scalar', 'scalar+', 'canon', 'canon+', 'canonMap+',
]; // prettier-ignore

const place = <T>(title: string, kinds: readonly KindText[]): Place<T> => ({ title, kinds: kindsOf(kinds) });
const placeOf = <T>(kind: KindText): Place<T> => place(titleOf(kind), [kind]);

export const VALUE = place<ValueOperand>('value', [...AP_VALUE_KINDS, 'canonMap']);
export const AP_VALUE = place<ValueOperand>('value other than a whole canon map', AP_VALUE_KINDS);
export const TEXT = place<StringOperand>('string or variable', TEXT_KINDS);
export const PEER = place<PeerOperand>('peer', [...TEXT_KINDS, 'initPeerId']);
export const MAP_KEY = place<MapKey>('key', ['string', 'integer', 'scalar', 'scalar+', 'canon+']);
export const ITERABLE = place<Iterable>('iterable', [
  'scalar', 'scalar+', 'canon', 'canonMap', 'canonMap+', 'emptyArray', 'stream', 'streamMap',
]); // prettier-ignore
export const TARGET = place<ScalarName | StreamName>('scalar or stream', ['scalar', 'stream']);
export const NAME = place<VariableName>('variable without lens', [
  'scalar',
  'stream',
  'streamMap',
  'canon',
  'canonMap',
]);
export const FAILURE = place<Failed>('error', [
  'scalar',
  'scalar+',
  'canon+',
  'lastError',
  'error',
  'failure',
]);
export const SCALAR = placeOf<ScalarName>('scalar');
export const STREAM = placeOf<StreamName>('stream');
export const STREAM_MAP = placeOf<StreamMapName>('streamMap');
export const CANON = placeOf<CanonName>('canon');
export const CANON_MAP = placeOf<CanonMapName>('canonMap');
