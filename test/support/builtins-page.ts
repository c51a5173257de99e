import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import { signerOf, type JsonValue } from '../../interpreter/index.ts';
import { createSimulation } from '../../peer/index.ts';
import { builtins, type ServiceFunction } from '../../services/index.ts';

/**
 * What each builtin function does, and the arguments of an example, as JSON. Names and types of arguments come from the definitions,
 * answers from a run.
 */
const WORDS: Readonly<Record<string, readonly [does: string, ...example: string[]]>> = {
  'op.noop': ['accepts any arguments and returns `null`', '1', '"a"'],
  'op.identity': ['returns its argument; `null` without one', '"a"'],
  'op.array': ['returns its arguments as an array', '1', '"a"', 'true'],
  'op.array_length': ['returns the number of elements', '[1,2,3]'],
  'op.concat': ['joins arrays', '[1,2]', '[3]'],
  'op.concat_strings': ['joins texts', '"ab"', '"cd"'],
  'op.string_to_b58': ['encodes the UTF-8 bytes of a text in base58', '"hello"'],
  'op.string_from_b58': ['decodes base58 to a text; fails if the bytes are not UTF-8', '"Cn8eVZg"'],
  'op.bytes_to_b58': ['encodes bytes in base58', '[104,101,108,108,111]'],
  'op.bytes_from_b58': ['decodes base58 to bytes', '"Cn8eVZg"'],
  'op.sha256_string': [
    'hashes a text with SHA-256; returns base58 of the multihash, or of the digest alone (`digest_only`), or an array of bytes (`as_bytes`)',
    '"hello"',
    'true',
  ],
  'math.add': ['x + y', '2', '3'],
  'math.sub': ['x − y', '2', '3'],
  'math.mul': ['x · y', '2', '3'],
  'math.fmul': ['x · y, rounded down', '10', '0.66'],
  'math.div': ['x / y, rounded towards zero', '-7', '2'],
  'math.rem': ['remainder of x / y, with the sign of x', '-7', '2'],
  'math.pow': ['x to the power of y', '2', '10'],
  'math.log': ['logarithm of y to the base x, rounded down', '2', '1000'],
  'cmp.gt': ['x > y', '2', '1.5'],
  'cmp.gte': ['x ≥ y', '2', '2.0'],
  'cmp.lt': ['x < y', '2', '1.5'],
  'cmp.lte': ['x ≤ y', '2', '2.0'],
  'cmp.cmp': ['returns −1 if x < y, 0 if they are equal, 1 if x > y', '1', '2'],
  'array.sum': ['adds numbers', '[1,2,3]'],
  'array.dedup': ['removes repeated elements', '[1,2,1]'],
  'array.intersect': ['elements that are in both lists', '[1,2,3]', '[3,2]'],
  'array.diff': ['elements of x that are not in y', '[1,2,3]', '[3]'],
  'array.sdiff': ['elements that are in one list only: first those of x, then those of y', '[1,2]', '[2,3]'],
  'array.slice': ['elements from index `start` up to, but without, index `end`', '["a","b","c"]', '1', '3'],
  'array.length': ['returns the number of elements', '[1,2,3]'],
  'json.obj': ['makes an object from keys and values', '"a"', '1', '"b"', '2'],
  'json.put': ['sets a key of an object', '{"b":2}', '"a"', '1'],
  'json.puts': ['sets keys of an object', '{}', '"a"', '1', '"b"', '2'],
  'json.obj_pairs': ['makes an object from an array of pairs', '[["a",1],["b",2]]'],
  'json.puts_pairs': ['sets keys of an object from an array of pairs', '{"a":1}', '[["a",3]]'],
  'json.parse': ['parses JSON text', '"[1, 1.0]"'],
  'json.stringify': ['writes a value as canonical JSON text', '1.0'],
  'debug.stringify': ['writes a value, or an array of all arguments, as canonical JSON text', '1', '"a"'],
  'peer.identify': ['returns the version and the external addresses of the peer'],
  'peer.timestamp_ms': ['the clock of this peer, in milliseconds since 1970'],
  'peer.timestamp_sec': ['the clock of this peer, in seconds since 1970'],
  'peer.timeout': ['returns `message` after `duration_ms` milliseconds', '1000', '"late"'],
  'peer.is_connected': [
    'whether this peer has a connection to the other one now',
    '"12D3KooWBz7xvneeY3V5hioi9SoZhGUFA1puiwKLExvCPbpJhNFy"',
  ],
  'peer.connect': [
    'opens a connection, with the addresses given or known; returns whether there is one. For the owner of the peer, and peers that an access rule names',
    '"12D3KooWBz7xvneeY3V5hioi9SoZhGUFA1puiwKLExvCPbpJhNFy"',
  ],
  'peer.get_contact': [
    'the id and addresses of a known peer; `""` for others',
    '"12D3KooWBz7xvneeY3V5hioi9SoZhGUFA1puiwKLExvCPbpJhNFy"',
  ],
  'kad.neighborhood': [
    'the known peers nearest to a key, and those that the network finds if the peer takes part in one, nearest first, 20 of them if `count` is left out. With `already_hashed` the key is a multihash in base58',
    '"12D3KooWBz7xvneeY3V5hioi9SoZhGUFA1puiwKLExvCPbpJhNFy"',
  ],
  'kad.merge': [
    'the peers of both lists nearest to the target, nearest first, without repetition',
    '"12D3KooWBz7xvneeY3V5hioi9SoZhGUFA1puiwKLExvCPbpJhNFy"',
    '["12D3KooWFwvMe19oEQezfxar4xFpKZMKM8HZKgwquJjZShDnFk28"]',
    '["12D3KooWD1TGTLYxeW2NoCcJxsVzLc9zMHnKFroWLvHQV5T6nmf7","12D3KooWFwvMe19oEQezfxar4xFpKZMKM8HZKgwquJjZShDnFk28"]',
    '1',
  ],
  'sig.sign': [
    'signs bytes with the key of this peer, under a tag of its own; only for particles that this peer has started',
    '[104,105]',
  ],
  'sig.verify': ['whether the signature is of this peer, over these bytes', '[0]', '[104,105]'],
  'sig.get_peer_id': ['the id of this peer'],
};

/** What a service is for, and what holds for all its functions. */
const SERVICES: Readonly<Record<string, string>> = {
  op: 'Passes values through, joins them and spells them in other encodings.',
  math: 'Integers have 64 bits with a sign. If a number has a fraction, the operation is one on floats. Overflow and division by zero fail the call.',
  cmp: 'Compares numbers by value, exactly: integers of 64 bits and floats.',
  array:
    'Lists, and lists as sets. Elements are equal if their canonical JSON is equal. The order of the first list is kept.',
  json: 'Builds, changes, reads and writes objects. Numbers keep their form: `1.0` stays `1.0`. If a key is given twice, the last value counts.',
  debug: 'Shows values as text.',
  kad: 'Peers by XOR distance: a peer stands at the SHA-256 of the bytes of its id, a key at the SHA-256 of its bytes. The answers are what this peer knows, or has just learnt, and prove nothing about the network.',
  sig: 'Signatures of this peer. What is signed is `beryl/sig/1`, a zero byte and the SHA-256 of the data (`sigMessage`), so no signature counts for anything else in Beryl. A signature says that a script of this peer asked for it, not where the bytes came from.',
  peer: "The peer's identity and clock. Guards that need a time use `expectOrigin(hostPeer, 'peer', 'timestamp_sec', '')`.",
};

const INTRO = `# Built-in services

Every peer has these services: \`op\`, \`math\`, \`cmp\`, \`array\`, \`json\`, \`debug\`, \`peer\`, \`kad\`, \`sig\`. Scripts call them like any other service, for instance \`(call peer ("op" "concat_strings") ["a" "b"] x)\`.
\`?\` marks an argument that may be left out, \`…\` any number of further arguments. An argument of another type fails the call with \`ERR_CALL_ARGUMENTS\`; [spec/errors.md](spec/errors.md) has all codes. A script may choose every argument; only \`sig.sign\` and \`peer.connect\` check who calls.

**Provenance.** Every answer has the origin (this peer, service, function) and stands in a record that this peer signed. It says that this peer gave the answer to these arguments, and nothing about where they came from: \`op.identity\` and the like make any value an answer of this peer. Guards accept such answers only by name, and \`whose\` or \`derivedOnlyFrom\` look behind them.

\`npm run docs\` generates this page from the definitions in [services/builtins](../services/builtins). Each answer is that of a run, on a clock that stands at 1 000 000 000 000 ms.
A program replaces a built-in service with one of the same id: see [services.md](services.md#options-of-createpeer). A network file can also add functions to one, or replace single functions: see [cli.md](cli.md#network-files).
`;

/** The whole page, as prettier writes a file at this path. */
export async function builtinsPage(path: string): Promise<string> {
  const definitions = builtins({
    clock: { now: () => 0, after: () => () => undefined },
    key: signerOf(new Uint8Array(32).fill(1)),
  });
  const sections: string[] = [];
  for (const { id, functions } of definitions.map(({ definition }) => definition)) {
    const rows: string[] = [];
    for (const fn of functions.values()) rows.push(await row(id, fn));
    sections.push(
      `## ${id}\n\n${SERVICES[id] ?? ''}\n\n| function | arguments | does | example |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`,
    );
  }
  return format([INTRO, ...sections].join('\n'), { ...(await resolveConfig(path)), filepath: path });
}

/** Functions that have a line here, for the test that compares both lists. */
export const described: readonly string[] = Object.keys(WORDS);

async function row(id: string, fn: ServiceFunction): Promise<string> {
  const name = `${id}.${fn.name}`;
  const [does = '', ...given] = WORDS[name] ?? [];
  const shown = `\`[${given.join(', ')}]\` → \`${await answerOf(id, fn.name, given)}\``;
  return `| \`${fn.name}\` | ${argumentsOf(fn)} | ${does} | ${shown} |`;
}

function argumentsOf({ arguments: named, rest }: ServiceFunction): string {
  const list = named.map(
    ({ name, schema }) => `\`${name}\`${schema instanceof z.ZodOptional ? '?' : ''}: ${typeOf(schema)}`,
  );
  if (rest !== undefined) list.push(`…: ${typeOf(rest)}`);
  return list.join(', ') || '–';
}

/** A schema in words. */
function typeOf(schema: unknown): string {
  if (schema instanceof z.ZodOptional) return typeOf(schema.unwrap());
  const json = z.toJSONSchema(schema as z.ZodType, { unrepresentable: 'any' }) as JsonSchema;
  return words(json);
}

interface JsonSchema {
  readonly type?: string;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
}

function words({ type, items, prefixItems, anyOf, minimum, maximum, pattern }: JsonSchema): string {
  if (anyOf !== undefined) {
    const all = [...new Set(anyOf.map(words))].filter(word => word !== 'anything');
    return all.join(' or ');
  }
  switch (type) {
    case 'integer':
      if (minimum === 0 && maximum === 255) return 'byte';
      return minimum === 0 ? 'integer ≥ 0' : 'integer';
    case 'string':
      return pattern === undefined ? 'text' : 'text of digits';
    case 'array':
      if (prefixItems !== undefined) return `[${prefixItems.map(words).join(', ')}]`;
      return items === undefined || words(items) === 'anything' ? 'array' : `array of ${words(items)}s`;
    case 'object':
      return 'object';
    case 'number':
    case 'boolean':
      return type;
    default:
      return 'anything';
  }
}

/** What a peer answers, as JSON text. */
async function answerOf(id: string, fn: string, given: readonly string[]): Promise<string> {
  const simulation = createSimulation({ seed: 1, startMs: 1_000_000_000_000 });
  const answers: string[] = [];
  const peer = simulation.addPeer({
    secretKey: new Uint8Array(32).fill(1),
    observer: {
      call: ({ request, decision }) => {
        if (request.serviceId !== id || request.functionName !== fn) return;
        if (decision.kind !== 'served') throw new Error(`${id}.${fn}: ${decision.text}`);
        answers.push('resultJson' in decision.result ? decision.result.resultJson : '');
      },
    },
  });
  // Arrays and objects are not literals of AIR: a script gets them from outside.
  const isLiteral = (text: string): boolean => !/^[[{]/.test(text);
  const data = Object.fromEntries(
    given.flatMap((text, i) => (isLiteral(text) ? [] : [[`v${i}`, JSON.parse(text) as JsonValue]])),
  );
  const call = `(call %init_peer_id% ("${id}" "${fn}") [${given.map((text, i) => (isLiteral(text) ? text : `v${i}`)).join(' ')}])`;
  const script = Object.keys(data).reduce(
    (rest, name) => `(seq (call %init_peer_id% ("getDataSrv" "${name}") [] ${name}) ${rest})`,
    call,
  );
  peer.run(script, { handlers: { data } });
  await simulation.settle();
  return answers.at(-1) ?? '';
}
