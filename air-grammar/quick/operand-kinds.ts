/** A set of kinds of operand, a bit for each; `+` marks those with a lens. */
export type Kinds = number;

const KINDS = [
  'string', 'integer', 'float', 'boolean', 'emptyArray', 'initPeerId', 'timestamp', 'ttl', 'lastError', 'lastError+',
  'error', 'error+', 'scalar', 'scalar+', 'canon', 'canon+', 'canonMap', 'canonMap+', 'stream', 'stream+', 'streamMap',
  'streamMap+',
] as const; // prettier-ignore
type KindText = (typeof KINDS)[number];
type Kind = Exclude<KindText, `${string}+`>;

const BITS = Object.fromEntries(KINDS.map((kind, i) => [kind, 1 << i])) as Record<KindText, Kinds>;
const kinds = (list: string): Kinds => list.split(' ').reduce((set, kind) => set | BITS[kind as KindText], 0);

export const kindOf = (kind: Kind): Kinds => BITS[kind];
/** `+` is the bit after that of the kind without. */
export const withLens = (kind: Kinds): Kinds => kind << 1;

/** What becomes of a variable in a place: it is read, and must be defined by then, or it is defined. */
export const READ: Kinds = 1 << KINDS.length;
export const DEFINED: Kinds = 2 << KINDS.length;

const VALUE = kinds(
  'string integer float boolean emptyArray initPeerId timestamp ttl lastError lastError+ error error+ scalar scalar+ canon canon+ canonMap canonMap+',
);
const AP_VALUE = VALUE & ~BITS.canonMap;
const STRING = kinds('string scalar scalar+ canon+ canonMap+');
const PEER = STRING | BITS.initPeerId;

/** What may stand where. Rule V1 does not ask for what canon, fail and next take, nor for the value of a map. */
export const Place = {
  value: READ | VALUE,
  peer: READ | PEER,
  string: READ | STRING,
  output: DEFINED | kinds('scalar stream'),

  apValue: READ | AP_VALUE,
  mapKey: READ | kinds('string integer scalar scalar+ canon+'),
  mapValue: AP_VALUE,
  streamMap: DEFINED | BITS.streamMap,

  canonPeer: PEER,
  canonSource: kinds('stream streamMap'),
  canon: DEFINED | BITS.canon,
  canonMapTarget: DEFINED | kinds('canonMap scalar'),

  iterable: READ | kinds('scalar scalar+ canon canonMap canonMap+ emptyArray stream streamMap'),
  iterator: DEFINED | BITS.scalar,
  next: BITS.scalar,
  newVariable: DEFINED | kinds('scalar stream streamMap canon canonMap'),

  failure: kinds('scalar scalar+ canon+ lastError error integer'),
  failureMessage: BITS.string,
} as const;
