/** A set of kinds of operand, a bit for each. A variable or register with a lens is another kind than one without. */
export type Kinds = number;

/** Every kind of operand, and how messages call it. `+` marks a lens, and stands right after the kind without. */
const TITLES = {
  string: 'string',
  integer: 'integer',
  float: 'float',
  boolean: 'boolean',
  emptyArray: 'empty array',
  initPeerId: '%init_peer_id%',
  timestamp: '%timestamp%',
  ttl: '%ttl%',
  lastError: '%last_error%',
  'lastError+': '%last_error% with lens',
  error: ':error:',
  'error+': ':error: with lens',
  scalar: 'scalar',
  'scalar+': 'scalar with lens',
  stream: 'stream',
  'stream+': 'stream with lens',
  streamMap: 'stream map',
  'streamMap+': 'stream map with lens',
  canon: 'canon stream',
  'canon+': 'canon stream with lens',
  canonMap: 'canon map',
  'canonMap+': 'canon map with lens',
  failure: 'error code and message',
} as const;

export type KindText = keyof typeof TITLES;
export const KIND_TEXTS = Object.keys(TITLES) as KindText[];
export const titleOf = (kind: KindText): string => TITLES[kind];

const BITS = Object.fromEntries(KIND_TEXTS.map((kind, i) => [kind, 1 << i])) as Record<KindText, Kinds>;

export const bitOf = (kind: KindText): Kinds => BITS[kind];
/** The bit of a kind with a lens, from that of the kind without. */
export const withLens = (kind: Kinds): Kinds => kind << 1;
export const kindsOf = (list: readonly KindText[]): Kinds => list.reduce((set, kind) => set | BITS[kind], 0);
/** The kinds of a set, as texts. */
export const textsOf = (kinds: Kinds): KindText[] => KIND_TEXTS.filter(kind => (kinds & BITS[kind]) !== 0);
