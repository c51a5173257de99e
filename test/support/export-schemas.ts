// JSON schemas of formats of others, written after their specifications, and strict: unknown fields are mistakes.

const text = { type: 'string' } as const;
const uri = { type: 'string', pattern: '^[a-z]+:' } as const;
const object = (properties: object, required: readonly string[] = Object.keys(properties)): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const list = (items: object, minItems = 0): object => ({ type: 'array', items, minItems });

const digest = {
  type: 'object',
  minProperties: 1,
  additionalProperties: false,
  properties: { sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' } },
};
const descriptor = object({ name: text, digest, annotations: { type: 'object' } }, ['name', 'digest']);

const link = object(
  {
    name: text,
    command: list(text),
    materials: list(descriptor),
    byproducts: { type: 'object' },
    environment: { type: 'object' },
  },
  ['name'],
);
const svr = object({
  verifier: object({ id: uri }),
  policies: list(descriptor),
  timeCreated: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$' },
  properties: list({ type: 'string', pattern: '^[A-Z][A-Z0-9_]+$' }, 1),
});

const statementOf = (predicateType: string, predicate: object): object =>
  object({
    _type: { const: 'https://in-toto.io/Statement/v1' },
    subject: list(descriptor, 1),
    predicateType: { const: predicateType },
    predicate,
  });

/** In-toto Statement v1 with one of the two predicates. */
export const STATEMENT = {
  oneOf: [
    statementOf('https://in-toto.io/attestation/link/v0.3', link),
    statementOf('https://in-toto.io/attestation/svr/v0.2', svr),
  ],
};

const attribute = object({
  key: text,
  value: {
    oneOf: [object({ stringValue: text }), object({ intValue: { type: 'string', pattern: '^-?\\d+$' } })],
  },
});
const hex = (bytes: number): object => ({ type: 'string', pattern: `^[0-9a-f]{${bytes * 2}}$` });
const time = { type: 'string', pattern: '^\\d{1,20}$' };
const span = object(
  {
    traceId: hex(16),
    spanId: hex(8),
    parentSpanId: hex(8),
    name: text,
    kind: { enum: [1, 2, 3, 4, 5] },
    startTimeUnixNano: time,
    endTimeUnixNano: time,
    attributes: list(attribute),
    links: list(object({ traceId: hex(16), spanId: hex(8), attributes: list(attribute) })),
    status: object({ code: { enum: [0, 1, 2] }, message: text }, []),
  },
  ['traceId', 'spanId', 'name', 'startTimeUnixNano', 'endTimeUnixNano'],
);

/** `ExportTraceServiceRequest` in the JSON encoding of OTLP 1. */
export const OTLP = object({
  resourceSpans: list(
    object({
      resource: object({ attributes: list(attribute) }),
      scopeSpans: list(object({ scope: object({ name: text }), spans: list(span) })),
    }),
  ),
});
