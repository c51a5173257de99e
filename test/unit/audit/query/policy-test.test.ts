import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { utf8 } from '../../../../base/bytes.ts';
import {
  MemorySink,
  memorySource,
  openRecording,
  particleOf,
  Recorder,
  redact,
  testPolicy,
} from '../../../../audit/index.ts';
import { createSimulation } from '../../../../peer/index.ts';
import { createPolicySet, defineService, startService } from '../../../../services/index.ts';
import { idOf, seedOf } from '../../../support/cast.ts';

const format = 'beryl/policy/1';
const only = (...values: string[]) => ({
  format,
  rules: [{ id: 'to', service: 'bank', functions: ['pay'], arguments: { to: { literal: values } } }],
});

/** Alice pays some people, a second between payments, under a policy; or under none. */
async function record(people: readonly string[], policy?: unknown): Promise<string> {
  const simulation = createSimulation({ seed: 1, startMs: 1_700_000_000_000 });
  const sink = new MemorySink();
  const recorder = new Recorder({ sink, origin: 'test', clock: simulation.clock });
  const bank = startService(
    defineService({
      id: 'bank',
      functions: { pay: { arguments: { to: z.string() }, guards: {}, handler: ({ to }) => `paid ${to}` } },
    }),
  );
  const policies = policy === undefined ? undefined : createPolicySet(policy);
  const peerId = idOf('alice');
  recorder.addPeer({
    peerId,
    name: 'alice',
    rules: { services: [bank], ...(policies && { policy: policies.policy.file }) },
  });
  const peer = simulation.addPeer({
    secretKey: seedOf('alice'),
    services: [bank],
    observer: recorder,
    ...(policies && { policies }),
  });
  for (const name of people) {
    peer
      .run(
        `(seq (call %init_peer_id% ("bank" "pay") ["${name}"] x) (call %init_peer_id% ("peer" "timeout") [1000] y))`,
      )
      .done.catch(() => undefined);
    await simulation.settle();
  }
  recorder.end();
  return sink.text();
}
const open = (text: string) => openRecording(memorySource(utf8(text)));

const free = await record(['Ada', 'Bob', 'Ada']);
const strict = await record(['Ada', 'Bob'], only('Ada'));

describe('a recording', () => {
  it('names, for each decision that a policy covers, its hash and its rules', () => {
    const { recording, index } = open(strict);
    const policies = [...index.places.keys()].flatMap(n => {
      const entries = particleOf({ recording, index }, n);
      return [...(entries?.decisions.values() ?? [])].map(({ policy }) => policy && recording.text(policy));
    });
    const covered = policies.filter(text => text !== undefined);
    const ids = covered.map(text => (JSON.parse(text) as { rules: string[] }).rules);
    // Two payments, and a time-out that no rule covers.
    expect(ids).toEqual([['to'], [], ['to']]);
  });
});

describe('testPolicy', () => {
  it('says which calls would be denied anew, and why', () => {
    const report = testPolicy(only('Ada'), [open(free)]);
    expect(report).toMatchObject({
      calls: 6,
      untested: 0,
      rules: [{ rule: 'to', mode: 'enforce', covered: 3, denied: 1, noted: 0 }],
      deniedAnewCount: 1,
      deniedAnew: [{ recording: 0, peerId: idOf('alice'), service: 'bank', function: 'pay', rules: ['to'] }],
      allowedAnewCount: 0,
      uncovered: [{ service: 'peer', function: 'timeout', calls: 3 }],
      neverMatched: [],
    });
    expect(report.deniedAnew[0]?.text).toContain('found    "Bob"');
  });

  it('says which calls would be allowed anew', () => {
    expect(testPolicy(only('Ada'), [open(strict)])).toMatchObject({
      deniedAnewCount: 0,
      allowedAnewCount: 0,
    });
    const report = testPolicy(only('Ada', 'Bob'), [open(free), open(strict)]);
    expect(report).toMatchObject({
      deniedAnewCount: 0,
      allowedAnewCount: 1,
      allowedAnew: [{ recording: 1, rules: ['to'] }],
    });
  });

  it('counts rates in the order of recorded time', () => {
    const rule = { id: 'slow', service: 'bank', rate: { calls: 1, perMs: 1500 } };
    const report = testPolicy({ format, rules: [rule] }, [open(free)]);
    expect(report.rules).toEqual([{ rule: 'slow', mode: 'enforce', covered: 3, denied: 1, noted: 0 }]);
    const wide = { ...rule, rate: { calls: 1, perMs: 1000 } };
    expect(testPolicy({ format, rules: [wide] }, [open(free)]).deniedAnewCount).toBe(0);
  });

  it('names rules that never matched, and what rules in mode monitor would deny', () => {
    const [rule] = only('Ada').rules;
    const rules = [
      { ...rule, mode: 'monitor' },
      { id: 'mail', service: 'mail', maxAgeMs: 1 },
    ];
    expect(testPolicy({ format, rules }, [open(free)])).toMatchObject({
      rules: [{ rule: 'to', noted: 1, denied: 0 }, { rule: 'mail' }],
      deniedAnewCount: 0,
      neverMatched: ['mail'],
    });
  });

  it('does not test what it cannot run again', () => {
    let withheld = '';
    redact(
      memorySource(utf8(free)),
      { roles: ['data', 'argument', 'result'] },
      lines => void (withheld += lines),
    );
    const report = testPolicy(only('Ada'), [open(withheld)]);
    expect(report.untested).toBeGreaterThan(0);
  });

  it('tests the calls of one peer, if it is named', () => {
    expect(testPolicy(only('Ada'), [open(free)], { peer: 'alice' }).calls).toBe(6);
    expect(testPolicy(only('Ada'), [open(free)], { peer: 'bob' }).calls).toBe(0);
  });
});
