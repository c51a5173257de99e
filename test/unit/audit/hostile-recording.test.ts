import { describe, expect, it } from 'vitest';
import {
  AuditError,
  memorySource,
  MemorySink,
  Recorder,
  verifyRecordings,
  type AuditReport,
  type Entry,
} from '../../../audit/index.ts';
import { parseEntryJson } from '../../../audit/recording/json.ts';
import { utf8 } from '../../../base/bytes.ts';
import { createSimulation, seededRandom } from '../../../peer/index.ts';
import { defineService, startService } from '../../../services/index.ts';
import { seedOf, withIds } from '../../support/cast.ts';
import { processorMs } from '../../support/processor-time.ts';
import { FORGED_POST, Forgery, NO_RECORDER, pointsOf, POST, recordWorld } from '../../support/recording.ts';

/** A recording of alice and bob, with a value beyond 2^53 in it. */
async function record(): Promise<string> {
  const simulation = createSimulation({ seed: 1, startMs: 1_700_000_000_000 });
  const sink = new MemorySink();
  const observer = new Recorder({ sink, origin: 'x', clock: simulation.clock });
  const big = defineService({
    id: 'big',
    functions: { get: { arguments: {}, guards: {}, handler: () => ({ n: 2n ** 63n }) } },
  });
  const alice = simulation.addPeer({ secretKey: seedOf('alice'), observer });
  simulation.addPeer({ secretKey: seedOf('bob'), observer, services: [startService(big)] });
  alice.run(
    withIds('(seq (call "bob" ("big" "get") [] x) (call "alice" ("callbackSrv" "response") [x x.$.n]))'),
  );
  await simulation.settle();
  observer.end();
  return sink.text();
}

const text = await record();
const posts = await recordWorld({ scripts: [POST, FORGED_POST], isUnsigned: true });

const verify = (recording: string): AuditReport =>
  verifyRecordings([memorySource(utf8(recording))], { trust: NO_RECORDER });

/** A verdict, or a refusal with a code: whatever else is thrown is a bug. */
function endOf(recording: string): string {
  try {
    return verify(recording).content;
  } catch (failure) {
    if (failure instanceof AuditError) return failure.code;
    throw failure;
  }
}

it('honest twin: integers of 64 bits are recorded without loss, and replay', () => {
  expect(text).toContain('9223372036854775808');
  expect(endOf(text)).toBe('equal');
  expect(endOf(posts)).toBe('equal');
});

const VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1,
  3,
  1.5,
  2 ** 53,
  '',
  'x',
  '\u0000\u001b',
  'served',
  'result',
  '0'.repeat(64),
  '0'.repeat(128),
  [],
  {},
  [[]],
  [[1, 9]],
  { ['__proto__']: 1 },
];

/** Every place in an entry, as a path. */
function pathsOf(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const members = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...members.flatMap(([key, member]) => pathsOf(member, [...path, key]))];
}

function changed(entry: Entry, path: readonly (string | number)[], by: unknown): Entry {
  const copy = structuredClone(entry) as unknown as Record<string | number, unknown>;
  let at = copy;
  for (const key of path.slice(0, -1)) at = at[key] as typeof at;
  at[path.at(-1) as string] = by;
  return copy as unknown as Entry;
}

describe('a recording in which a field is not what was recorded', () => {
  it.each([1, 2, 3])('gives a verdict or a code, for every field of every entry (seed %i)', seed => {
    const random = seededRandom(seed);
    const ends = new Map<string, number>();
    for (const entry of new Forgery(posts).entries) {
      for (const path of pathsOf(entry).filter(({ length }) => length > 0)) {
        const value = VALUES[Math.floor(random.next() * VALUES.length)];
        const forgery = new Forgery(posts);
        const line = forgery.lineOf(entry.n);
        forgery.lines[line] = { kind: 'e', payload: JSON.stringify(changed(entry, path, value)) };
        const end = endOf(forgery.text);
        ends.set(end, (ends.get(end) ?? 0) + 1);
      }
    }
    expect([...ends.keys()].filter(end => end.startsWith('ERR_'))).toEqual([]);
    expect(ends.get('malformed')).toBeGreaterThan(50);
    expect(ends.get('differs')).toBeGreaterThan(5);
  });

  it.each([1, 2])('gives a verdict, for every content (seed %i)', seed => {
    const random = seededRandom(seed);
    const contents = new Forgery(posts).lines
      .filter(({ kind }) => kind === 'v')
      .map(({ payload }) => payload);
    for (const content of contents) {
      // All entries name the new content instead.
      const forgery = new Forgery(posts);
      const by = JSON.stringify(VALUES[Math.floor(random.next() * VALUES.length)]);
      const [old, hash] = [forgery.addText(content), forgery.addText(by)];
      for (const line of forgery.lines)
        if (line.kind === 'e') line.payload = line.payload.replaceAll(old, hash);
      forgery.lines = forgery.lines.filter(({ payload }) => payload !== content);
      const end = endOf(forgery.text);
      expect(end).not.toMatch(/^ERR_/);
      // What rules were, and how a service's state changed, is the recorder's word.
      if (!/^(\{"acl"|\[\{"op")/.test(content)) expect(end).not.toBe('equal');
    }
  });

  it.each([{ instructions: -1 }, { instructions: 1e300 }, { folds: 0.5 }])(
    'has limits that no peer has: %j',
    limits => {
      const forgery = new Forgery(posts).change('peer', entry =>
        entry.name === 'carol' ? { ...entry, limits: { ...entry.limits, ...limits } } : undefined,
      );
      expect(endOf(forgery.text)).toMatch(/^(malformed|differs|withheld|equal)$/);
    },
  );
});

describe('a text that is not a recording', () => {
  const [header = ''] = text.split('\n');
  it.each([
    ['nothing', ''],
    ['blank lines', '\n'.repeat(1000)],
    ['many blank lines', '\n'.repeat(50_000_000)],
    ['one endless line', 'x'.repeat(100_000_000)],
    ['a header and one endless line', `${header}\ne ${'x'.repeat(100_000_000)}`],
    ['endless brackets', '['.repeat(10_000_000)],
    ['a header and nothing else that is JSON', `${header}\n{`],
    ['half a recording', text.slice(0, text.length / 2)],
    ['lone surrogates', text.replace('alice', '\ud800')],
    ['line ends of Windows', text.replaceAll('\n', '\r\n')],
    ['an entry of endless brackets', `${header}\ne ${'['.repeat(10_000_000)}\n`],
    ['an entry of too many values', `${header}\ne [${'[],'.repeat(20_000_000)}[]]\n`],
  ])('%s is refused, in little time and memory', (_, recording) => {
    const started = processorMs();
    expect(endOf(recording)).toMatch(/^(ERR_RECORDING_FORMAT|malformed|withheld|equal)$/);
    expect(processorMs() - started).toBeLessThan(10_000);
  });

  it('an entry of too many values has its code', () => {
    const parse = (count: number): unknown => parseEntryJson(`[${'[],'.repeat(count)}[]]`);
    expect(() => parse(2_000_000)).toThrow(expect.objectContaining({ code: 'ERR_RECORDING_SIZE' }));
    expect(parse(1_999_000)).toHaveLength(1_999_001);
  });

  it('content of too many values is not a list', () => {
    const forgery = new Forgery(posts);
    const hash = forgery.addText(`[${'[],'.repeat(5_000_000)}[]]`);
    forgery.change('request', entry =>
      entry.n === pointsOf(posts).denied ? { ...entry, origins: hash } : undefined,
    );
    expect(endOf(forgery.text)).toBe('malformed');
  });
});
