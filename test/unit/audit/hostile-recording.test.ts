import { describe, expect, it } from 'vitest';
import {
  AuditError,
  decodeRecording,
  encodeRecording,
  Recorder,
  replay,
  type RecordingEntry,
} from '../../../audit/index.ts';
import { createSimulation, seededRandom } from '../../../peer/index.ts';
import { defineService, startService } from '../../../services/index.ts';
import { seedOf, withIds } from '../../support/cast.ts';

/** A recording of alice and bob, with a value beyond 2^53 in it. */
async function record(): Promise<Recorder> {
  const simulation = createSimulation({ seed: 1, startMs: 1_700_000_000_000 });
  const observer = new Recorder();
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
  return observer;
}

const recorder = await record();
const text = recorder.toText();

/** A verdict, or a refusal with a code: whatever else is thrown is a bug. */
function endOf(recording: string): string {
  try {
    const verdict = replay(recording);
    return verdict.equal ? 'equal' : verdict.difference.kind;
  } catch (failure) {
    if (failure instanceof AuditError) return failure.code;
    throw failure;
  }
}

it('honest twin: integers of 64 bits are recorded without loss, and replay', () => {
  expect(text).toContain('9223372036854775808');
  expect(endOf(text)).toBe('equal');
});

const VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  2 ** 53,
  2n ** 64n - 1n,
  '',
  'x',
  '\u0000\u001b',
  'AAAA',
  [],
  {},
  [[]],
  { ['__proto__']: 1 },
];

/** Every place in an entry, as a path. */
function pathsOf(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const members = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...members.flatMap(([key, member]) => pathsOf(member, [...path, key]))];
}

function changed(
  entries: readonly RecordingEntry[],
  path: readonly (string | number)[],
  by: unknown,
): RecordingEntry[] {
  const copy = structuredClone(entries) as unknown as Record<string | number, unknown>;
  let at = copy;
  for (const key of path.slice(0, -1)) at = at[key] as typeof at;
  at[path.at(-1) as string] = by;
  return copy as unknown as RecordingEntry[];
}

describe('a recording with a valid chain and a field that is not what was recorded', () => {
  const entries = decodeRecording(text);
  const paths = entries.flatMap((entry, i) => pathsOf(entry, [i])).filter(path => path.length > 1);

  it('gives a verdict or a code, for every field', () => {
    const random = seededRandom(7);
    const ends = new Map<string, number>();
    for (const path of paths) {
      const value = VALUES[Math.floor(random.next() * VALUES.length)];
      const end = endOf(encodeRecording(changed(entries, path, value)));
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    expect([...ends.keys()].filter(end => end.startsWith('ERR_'))).toEqual([]);
    expect(ends.get('malformed')).toBeGreaterThan(10);
    expect(ends.get('difference')).toBeGreaterThan(5);
  });

  it.each([{ instructions: -1 }, { instructions: 1e300 }, { unknown: 1 }, { folds: 0.5 }])(
    'has limits that no peer has: %j',
    limits => {
      expect(endOf(encodeRecording(changed(entries, [0, 'params', 'limits'], limits)))).toMatch(
        /^(malformed|difference)$/,
      );
    },
  );
});

describe('a text that is no recording', () => {
  it.each([
    ['nothing', ''],
    ['blank lines', '\n'.repeat(1000)],
    ['many blank lines', '\n'.repeat(50_000_000)],
    ['one endless line', 'x'.repeat(100_000_000)],
    ['endless brackets', '['.repeat(10_000_000)],
    ['a header and nothing else that is JSON', `${text.split('\n')[0] as string}\n{`],
    ['half a recording', text.slice(0, text.length / 2)],
    ['lone surrogates', text.replace('alice', '\ud800')],
    ['line ends of Windows', text.replaceAll('\n', '\r\n')],
  ])('%s is refused, in little time and memory', (_, recording) => {
    const started = performance.now();
    expect(endOf(recording)).toMatch(/^(ERR_RECORDING_FORMAT|malformed|altered|equal)$/);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('an entry of too many values is refused before it is read', () => {
    const many = `[${'[],'.repeat(20_000_000)}[]]\n`;
    const [header = ''] = text.split('\n');
    const started = performance.now();
    expect(endOf(many)).toBe('ERR_RECORDING_SIZE');
    expect(endOf(`${header}\n${many}`)).toBe('ERR_RECORDING_SIZE');
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
