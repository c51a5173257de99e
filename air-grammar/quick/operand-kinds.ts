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

/** What may stand in each place. */
const VALUE = kinds(
  'string integer float boolean emptyArray initPeerId timestamp ttl lastError lastError+ error error+ scalar scalar+ canon canon+ canonMap canonMap+',
);
const STRING = kinds('string scalar scalar+ canon+ canonMap+');
export const Place = {
  value: VALUE,
  apValue: VALUE & ~BITS.canonMap,
  string: STRING,
  peer: STRING | BITS.initPeerId,
  mapKey: kinds('string integer scalar scalar+ canon+'),
  iterable: kinds('scalar scalar+ canon canonMap canonMap+ emptyArray stream streamMap'),
  iterator: BITS.scalar,
  newVariable: kinds('scalar stream streamMap canon canonMap'),
  failure: kinds('scalar scalar+ canon+ lastError error integer'),
  failureMessage: BITS.string,
  output: kinds('scalar stream'),
  streamMap: BITS.streamMap,
  canonSource: kinds('stream streamMap'),
  canon: BITS.canon,
  canonMapTarget: kinds('canonMap scalar'),
} as const;
