import { createPublicKey, verify } from 'node:crypto';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { EXPORT_FORMATS, type ExportFormatName } from '../../../audit/index.ts';
import { publicKeyOfPeerId } from '../../../interpreter/index.ts';
import { idOf } from '../../support/cast.ts';
import {
  AUDITOR,
  cellsOf,
  exported,
  hasDot,
  PROV_PYTHON,
  readDot,
  readProv,
} from '../../support/exported.ts';
import { OTLP, STATEMENT } from '../../support/export-schemas.ts';
import { FORGED_POST, Forgery, pointsOf, POST, recordWorld } from '../../support/recording.ts';

const text = await recordWorld({ scripts: [POST, FORGED_POST] });
const at = pointsOf(text);
const json = (format: ExportFormatName, withContent = false): unknown =>
  JSON.parse(exported(text, format, { withContent }));

describe('json', () => {
  interface Exported {
    readonly format: string;
    readonly particles: {
      readonly calls: { readonly call: number }[];
      readonly links: { from: string; to: string; argument?: number; getter: string }[];
      readonly nodes: { id: string; kind: string; value?: string }[];
    }[];
  }
  const all = json('json') as Exported;

  it('has each particle with its calls', () => {
    expect(all.format).toBe('beryl/audit-export/1');
    expect(all.particles.map(({ calls }) => calls.map(({ call }) => call))).toEqual([
      [at.status, at.post],
      [at.denied, at.response],
    ]);
  });

  it('links each argument to the call or the literal that it came from', () => {
    const [honest] = all.particles;
    expect(honest?.links).toContainEqual({
      from: `call:${at.status}`,
      to: `call:${at.post}`,
      argument: 1,
      getter: '.$.is_admin',
      selectors: [],
    });
    const literal = honest?.links.find(({ to, argument }) => to === `call:${at.post}` && argument === 0);
    expect(honest?.nodes.find(({ id }) => id === literal?.from)).toMatchObject({
      kind: 'literal',
      value: '"hello"',
    });
  });

  it('names only the wanted particle', () => {
    const [first] = (json('json') as { particles: { signature: string }[] }).particles;
    const one = JSON.parse(
      exported(text, 'json', { particle: first?.signature.slice(0, 16) ?? '' }),
    ) as Exported;
    expect(one.particles).toHaveLength(1);
  });

  it('says of which calls it knows no origins, because their run gives something else', () => {
    const altered = new Forgery(text).change('run', run =>
      run.n === at.postRun ? { ...run, current: null } : undefined,
    ).text;
    const [particle] = (
      JSON.parse(exported(altered, 'json')) as { particles: { unknownOrigins: number[] }[] }
    ).particles;
    expect(particle?.unknownOrigins).toEqual([at.post]);
  });
});

describe('csv', () => {
  it('has a line for each call under headings', () => {
    const [headings, ...rows] = cellsOf(exported(text, 'csv'));
    const column = (name: string): (string | undefined)[] =>
      rows.map(row => row[headings?.indexOf(name) ?? -1]);
    expect(column('call')).toEqual([at.status, at.post, at.denied, at.response].map(String));
    expect(column('outcome')).toEqual(['served', 'served', 'denied', 'served']);
    expect(column('arguments')[1]).toBe('"hello" true');
    expect(column('origins')[1]).toBe('alice .; bob authSrv.get_status.$.is_admin');
    expect(new Set(rows.map(row => row.length))).toEqual(new Set([headings?.length]));
  });
});

describe('dot', () => {
  it.skipIf(!hasDot)('is read by Graphviz, with the arrows of the origins', () => {
    const { objects = [], edges = [] } = readDot(exported(text, 'dot'));
    const nameOf = (id: number): string => objects[id]?.label ?? '';
    expect(objects.filter(({ name }) => name.startsWith('cluster'))).toHaveLength(2);
    expect(edges.map(({ tail, head, label }) => [nameOf(tail), nameOf(head), label])).toContainEqual([
      expect.stringMatching(/^bob, call \d+\\nauthSrv\.get_status\\n= /),
      expect.stringMatching(/^carol, call \d+\\nblogSrv\.add_post\\n= 1\\nserved$/),
      'argument 2 .$.is_admin',
    ]);
    expect(objects.map(({ label }) => label)).toContainEqual(
      expect.stringMatching(/denied ERR_CALL_DENIED_GUARD$/),
    );
  });
});

describe('mermaid', () => {
  it('has a node for each call and value, and an arrow for each argument', () => {
    const graph = exported(text, 'mermaid');
    expect(graph.match(/^flowchart LR\n/)).not.toBeNull();
    expect(graph.match(/-->\|/g)?.length).toBe(exported(text, 'json').match(/"from":/g)?.length);
  });
});

describe('prov-json', () => {
  it.skipIf(PROV_PYTHON === undefined)(
    'is read by python3-prov, and says the same when it is written again',
    () => {
      const records = readProv(PROV_PYTHON as string, exported(text, 'prov-json', { withContent: true }));
      const kinds = records.map(([kind]) => kind);
      expect(kinds.filter(kind => kind === 'ProvActivity')).toHaveLength(4);
      expect(records).toContainEqual([
        'ProvDerivation',
        expect.arrayContaining([`r0:argument-${at.post}-1`, `r0:result-${at.status}`]) as string[],
      ]);
      expect(records).toContainEqual([
        'ProvUsage',
        expect.arrayContaining([`r0:call-${at.post}`, `r0:argument-${at.post}-1`]) as string[],
      ]);
      expect(records).toContainEqual([
        'ProvAssociation',
        expect.arrayContaining([`beryl:peer-${idOf('carol')}`]) as string[],
      ]);
    },
  );

  it('has values on request only', () => {
    expect(exported(text, 'prov-json')).not.toContain('hello');
    expect(exported(text, 'prov-json', { withContent: true })).toContain('hello');
  });
});

describe('otlp', () => {
  interface Span {
    readonly traceId: string;
    readonly spanId: string;
    readonly parentSpanId?: string;
    readonly name: string;
    readonly links?: { readonly spanId: string }[];
    readonly attributes: { readonly key: string; readonly value: object }[];
    readonly status: { readonly code?: number };
  }
  const spansOf = (withContent = false): Span[] =>
    (
      json('otlp', withContent) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }
    ).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));

  it('is an ExportTraceServiceRequest', () => {
    const isValid = new Ajv2020().compile(OTLP);
    isValid(json('otlp', true));
    expect(isValid.errors).toBeNull();
  });

  it('has a workflow for each particle, and in it a tool for each call, linked to those that its arguments came from', () => {
    const spans = spansOf();
    const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined);
    expect(roots.map(({ name }) => name)).toEqual(['invoke_workflow', 'invoke_workflow']);
    const [status, post] = ['authSrv.get_status', 'blogSrv.add_post'].map(name =>
      spans.find(span => span.name === `execute_tool ${name}`),
    );
    expect(post?.parentSpanId).toBe(roots[0]?.spanId);
    expect(post?.links?.map(({ spanId }) => spanId)).toEqual([status?.spanId]);
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
  });

  it('tells a denial by its code', () => {
    const denied = spansOf().filter(({ status }) => status.code === 2);
    expect(denied.map(({ attributes }) => attributes)).toEqual([
      expect.arrayContaining([{ key: 'error.type', value: { stringValue: 'ERR_CALL_DENIED_GUARD' } }]),
    ]);
  });

  it('has arguments and results on request only', () => {
    const keys = (withContent: boolean): string[] =>
      spansOf(withContent).flatMap(({ attributes }) => attributes.map(({ key }) => key));
    expect(keys(false)).not.toContain('gen_ai.tool.call.arguments');
    expect(keys(true)).toContain('gen_ai.tool.call.arguments');
  });
});

describe('perfetto', () => {
  interface Event {
    readonly ph: string;
    readonly pid: number;
    readonly tid: number;
    readonly ts: number;
    readonly dur: number;
    readonly id: number;
  }
  const events = (json('perfetto') as { traceEvents: Event[] }).traceEvents;
  const slices = events.filter(({ ph }) => ph === 'X');

  it('has slices that do not overlap on any track', () => {
    expect(slices.length).toBeGreaterThan(8);
    const ends = new Map<string, number>();
    for (const { pid, tid, ts, dur } of slices.toSorted((a, b) => a.ts - b.ts)) {
      expect(ts).toBeGreaterThanOrEqual(ends.get(`${pid} ${tid}`) ?? 0);
      ends.set(`${pid} ${tid}`, ts + dur);
    }
  });

  it('has an arrow for each origin, from inside one slice into another, forward in time', () => {
    const inSlice = ({ pid, tid, ts }: Event): boolean =>
      slices.some(
        slice => slice.pid === pid && slice.tid === tid && slice.ts <= ts && ts <= slice.ts + slice.dur,
      );
    const [starts, ends] = ['s', 'f'].map(wanted => events.filter(({ ph }) => ph === wanted)) as [
      Event[],
      Event[],
    ];
    expect(starts.length).toBeGreaterThan(0);
    expect(starts.map(({ id }) => id)).toEqual(ends.map(({ id }) => id));
    expect([...starts, ...ends].every(inSlice)).toBe(true);
    expect(starts.every((start, i) => start.ts <= (ends[i]?.ts ?? 0))).toBe(true);
  });
});

describe('in-toto', () => {
  interface Envelope {
    readonly payloadType: string;
    readonly payload: string;
    readonly signatures: [{ readonly keyid: string; readonly sig: string }];
  }
  interface Statement {
    readonly predicateType: string;
    readonly subject: { readonly name: string; readonly digest: { readonly sha256: string } }[];
    readonly predicate: {
      readonly properties?: string[];
      readonly materials?: { readonly name: string; readonly annotations: { readonly origins: object[] } }[];
    };
  }
  const envelopes = (recording = text): Envelope[] =>
    exported(recording, 'in-toto')
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Envelope);
  const statements = (recording = text): Statement[] =>
    envelopes(recording).map(
      ({ payload }) => JSON.parse(Buffer.from(payload, 'base64').toString()) as Statement,
    );

  it('is signed after DSSE, as other code verifies it', () => {
    const key = createPublicKey({
      format: 'jwk',
      key: {
        kty: 'OKP',
        crv: 'Ed25519',
        x: Buffer.from(publicKeyOfPeerId(AUDITOR.peerId) as Uint8Array).toString('base64url'),
      },
    });
    for (const { payloadType, payload, signatures } of envelopes()) {
      const body = Buffer.from(payload, 'base64');
      const message = Buffer.concat([
        Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${body.length} `),
        body,
      ]);
      expect(verify(null, message, key, Buffer.from(signatures[0].sig, 'base64'))).toBe(true);
      expect(payloadType).toBe('application/vnd.in-toto+json');
    }
  });

  it('fits the schemas of Statement v1, link v0.3 and svr v0.2', () => {
    const isValid = new Ajv2020().compile(STATEMENT);
    for (const statement of statements()) {
      isValid(statement);
      expect(isValid.errors).toBeNull();
    }
  });

  it('states each call that was performed, with what its arguments came from', () => {
    const links = statements().filter(
      ({ predicateType }) => predicateType === 'https://in-toto.io/attestation/link/v0.3',
    );
    expect(
      links.map(({ subject }) => subject[0]?.name.split('/').slice(1).join('/').replace(/@.*/, '')),
    ).toEqual(['authSrv/get_status', 'blogSrv/add_post', 'callbackSrv/response']);
    expect(links[1]?.predicate.materials?.[1]).toMatchObject({
      name: 'argument 2',
      annotations: {
        origins: [
          {
            kind: 'service',
            peer: idOf('bob'),
            service: 'authSrv',
            getter: '.$.is_admin',
            record: expect.any(String) as string,
          },
        ],
      },
    });
  });

  it('states what was verified, and only that', () => {
    const propertiesOf = (recording: string): string[] =>
      statements(recording).at(-1)?.predicate.properties ?? [];
    expect(propertiesOf(text)).toEqual([
      'BERYL_REPLAY_EQUAL',
      'BERYL_RECORDING_COMPLETE',
      'BERYL_ORIGINS_VERIFIED',
    ]);
    const cut = text
      .split('\n')
      .filter(line => !line.includes('"kind":"end"'))
      .slice(0, -2)
      .join('\n');
    expect(propertiesOf(`${cut}\n`)).not.toContain('BERYL_RECORDING_COMPLETE');
  });

  it('signs nothing of a recording that was altered', () => {
    const forged = new Forgery(text).change('decision', one =>
      one.outcome === 'denied' ? { ...one, outcome: 'served' } : undefined,
    ).text;
    expect(() => envelopes(forged)).toThrow(expect.objectContaining({ code: 'ERR_AUDIT_EXPORT' }));
  });
});

it('every format writes each recording that is given', async () => {
  const other = await recordWorld({ origin: 'example.com/recording/2' });
  for (const name of Object.keys(EXPORT_FORMATS) as ExportFormatName[])
    expect(exported([text, other], name).length).toBeGreaterThan(exported(text, name).length);
});
