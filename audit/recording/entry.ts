import { z } from 'zod';
import { recordOf } from '../../base/record.ts';
import { AuditError } from '../errors.ts';
import { parseEntryJson } from './json.ts';

/**
 * Entries of a recording: one line of JSON each, numbered from 0 by `n`. An entry names another one by its number, and content
 * (values, scripts, data) by SHA-256, so that content can be withheld while the tree over the entries stands.
 *
 * @spec docs/spec/recording.md#entries
 */
const hex = (bytes: number): z.ZodString => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));
const hash = hex(32);
const signature = hex(64);
const uint = z.int().min(0);
const uint32 = uint.max(0xffff_ffff);
const int32 = z.int().min(-0x8000_0000).max(0x7fff_ffff);
/** Number of an entry. */
const entryNumber = uint.max(0xffff_ffff);
/** Milliseconds since 1970, by the recorder's clock: a claim. */
const time = uint;

/** Text of a result: as it stands if it is one line; `text`: as a JSON string, for what is not JSON or has several lines. */
const result = z.union([
  z.strictObject({ ret: int32, result: hash }),
  z.strictObject({ ret: int32, text: hash }),
]);
/** Data before or after a run: none, what that run gave, or content of its own. */
const dataRef = z.union([z.null(), entryNumber, hash]);

const start = z.strictObject({
  kind: z.literal('start'),
  n: z.literal(0),
  time,
  origin: z.string().min(1).max(1000),
  /** Public key of the recorder as a peer id; a hint. */
  recorder: z.string().max(100).nullable(),
  mode: z.enum(['all', 'anomalies']),
  values: z.enum(['full', 'hashes']),
  versions: recordOf(z.string(), z.union([z.string(), z.number()])),
});
const peer = z.strictObject({
  kind: z.literal('peer'),
  n: entryNumber,
  time,
  peerId: z.string(),
  name: z.string().optional(),
  /** Of each run, complete: changed defaults do not change a replay. Null stands for no limit. */
  limits: recordOf(z.string(), uint.nullable()),
  /** Content: access rules, guard mode and declared services. */
  rules: hash.optional(),
});
const particle = z.strictObject({
  kind: z.literal('particle'),
  n: entryNumber,
  time,
  id: z.string(),
  initPeerId: z.string(),
  timestamp: uint,
  ttl: uint32,
  script: hash,
  signature,
});
const run = z.strictObject({
  kind: z.literal('run'),
  n: entryNumber,
  time,
  peer: entryNumber,
  particle: entryNumber,
  prev: dataRef,
  current: dataRef,
  /** Answers that went in: by the number of their decision, or as they are. */
  results: z.array(z.tuple([uint32, z.union([entryNumber, result])])),
  code: z.int(),
  message: hash.optional(),
  data: hash.nullable(),
  /** Content: list of peer ids. */
  next: hash.optional(),
  /** Number of calls that the run asked for; each follows as an entry. */
  requests: uint,
  signatures: z.array(signature),
});
const request = z.strictObject({
  kind: z.literal('request'),
  n: entryNumber,
  /** Null for a call that was asked for before this recording began. */
  run: entryNumber.nullable(),
  peer: entryNumber,
  particle: entryNumber,
  id: uint32,
  service: z.string(),
  function: z.string(),
  args: z.array(hash),
  /** Content: tetraplets, and which arguments they describe element by element. */
  origins: hash,
  site: z.string(),
});
const decision = z.strictObject({
  kind: z.literal('decision'),
  n: entryNumber,
  time,
  request: entryNumber,
  outcome: z.enum(['served', 'failed', 'denied', 'refused']),
  stage: z.enum(['find', 'gatekeeper', 'limits', 'arguments', 'guards', 'policy', 'handler', 'result']),
  code: z.string().optional(),
  answer: result,
  denial: hash.optional(),
  patches: hash.optional(),
  details: hash.optional(),
  /** Content: hash of the policy in force, and ids of its rules that covered the call. */
  policy: hash.optional(),
  /** SHA-256 of the code that ran, of services whose code is data. The recording does not contain it. */
  source: hash.optional(),
  /** Content: calls of other services that the handler made. */
  calls: hash.optional(),
});
const refusal = z.strictObject({
  kind: z.literal('refusal'),
  n: entryNumber,
  time,
  peer: entryNumber,
  stage: z.enum(['admission', 'verification']),
  from: z.string(),
  /** Content: id, init peer and signature, as they arrived. */
  header: hash,
  code: z.string(),
  message: hash,
});
const send = z.strictObject({
  kind: z.literal('send'),
  n: entryNumber,
  time,
  peer: entryNumber,
  particle: entryNumber,
  to: z.string(),
  failure: hash.optional(),
});
const expired = z.strictObject({
  kind: z.literal('expired'),
  n: entryNumber,
  time,
  peer: entryNumber,
  particle: entryNumber,
});
const end = z.strictObject({
  kind: z.literal('end'),
  n: entryNumber,
  time,
  /** Entries of each kind, the end not counted. */
  counts: recordOf(z.string(), uint),
});

const schemas = { start, peer, particle, run, request, decision, refusal, send, expired, end };

/** The kinds of entry, such as `run`, `request` and `decision`. */
export type EntryKind = keyof typeof schemas;
/** The entry of one kind. */
export type EntryOf<Kind extends EntryKind> = z.infer<(typeof schemas)[Kind]>;
/** One entry of a recording. `kind` tells which. */
export type Entry = { [Kind in EntryKind]: EntryOf<Kind> }[EntryKind];
export type RecordedResult = z.infer<typeof result>;
export type DataRef = z.infer<typeof dataRef>;

export const ENTRY_KINDS = Object.keys(schemas) as EntryKind[];

/**
 * Reads one entry.
 *
 * @throws {AuditError} ERR_RECORDING_ENTRY if the text is not an entry, or not in the one spelling: fields once each, no white space.
 */
export function parseEntry(text: string): Entry {
  const json = parseEntryJson(text);
  const kind = typeof json === 'object' && json !== null && 'kind' in json ? json.kind : undefined;
  const schema =
    typeof kind === 'string' && Object.hasOwn(schemas, kind) ? schemas[kind as EntryKind] : undefined;
  if (schema === undefined) throw malformed('it has no known kind');
  const parsed = (schema as z.ZodType<Entry>).safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw malformed(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'wrong shape'}`);
  }
  if (JSON.stringify(json) !== text)
    throw malformed('a field stands twice, or white space or numbers are not as written');
  return parsed.data;
}

const malformed = (why: string): AuditError =>
  new AuditError('ERR_RECORDING_ENTRY', `an entry is malformed: ${why}`);

/** Hashes of content that an entry names, each with what the content is. */
export function contentOf(entry: Entry): ContentRef[] {
  switch (entry.kind) {
    case 'peer':
      return entry.rules === undefined ? [] : [{ hash: entry.rules, role: 'rules' }];
    case 'particle':
      return [{ hash: entry.script, role: 'script' }];
    case 'run':
      return contentOfRun(entry);
    case 'request':
      return [
        ...entry.args.map((hash): ContentRef => ({ hash, role: 'argument' })),
        { hash: entry.origins, role: 'origins' },
      ];
    case 'decision':
      return [
        { hash: textHash(entry.answer), role: 'result' },
        ...optional('denial', entry.denial),
        ...optional('patches', entry.patches),
        ...optional('details', entry.details),
        ...optional('policy', entry.policy),
        ...optional('calls', entry.calls),
      ];
    case 'refusal':
      return [
        { hash: entry.header, role: 'header' },
        { hash: entry.message, role: 'message' },
      ];
    case 'send':
      return optional('message', entry.failure);
    default:
      return [];
  }
}

export interface ContentRef {
  readonly hash: string;
  readonly role: ContentRole;
}

/** The role of a piece of content, such as a script or an argument. */
export type ContentRole =
  | 'rules'
  | 'script'
  | 'data'
  | 'argument'
  | 'origins'
  | 'result'
  | 'denial'
  | 'patches'
  | 'details'
  | 'policy'
  | 'calls'
  | 'header'
  | 'message'
  | 'next';

function contentOfRun({ prev, current, results, message, next }: EntryOf<'run'>): ContentRef[] {
  const refs: ContentRef[] = [];
  if (typeof prev === 'string') refs.push({ hash: prev, role: 'data' });
  if (typeof current === 'string') refs.push({ hash: current, role: 'data' });
  for (const [, answer] of results)
    if (typeof answer !== 'number') refs.push({ hash: textHash(answer), role: 'result' });
  return [...refs, ...optional('message', message), ...optional('next', next)];
}

const optional = (role: ContentRole, hash: string | undefined): ContentRef[] =>
  hash === undefined ? [] : [{ hash, role }];

const textHash = (answer: RecordedResult): string => ('result' in answer ? answer.result : answer.text);
