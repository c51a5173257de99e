import { describe, expect, it } from 'vitest';
import {
  callsOf,
  diffOf,
  explainCall,
  memorySource,
  openRecording,
  particleList,
  redact,
  timelineOf,
  VALUE_ROLES,
  type CallFilter,
  type OpenRecording,
} from '../../../audit/index.ts';
import { utf8 } from '../../../base/bytes.ts';
import { idOf } from '../../support/cast.ts';
import { FORGED_POST, pointsOf, POST, recordWorld } from '../../support/recording.ts';

const open = (text: string): OpenRecording => openRecording(memorySource(utf8(text)));
const text = await recordWorld({ scripts: [POST, FORGED_POST] });
const recording = open(text);
const at = pointsOf(text);
const numbers = (filter: CallFilter): number[] => [...callsOf(recording, filter)].map(({ call }) => call);

describe('calls', () => {
  it('tell who called what with which arguments, what was decided and why', () => {
    const [status, post, denied, response] = [...callsOf(recording)];
    expect(status).toMatchObject({ peer: 'bob', service: 'authSrv', arguments: [], outcome: 'served' });
    expect(post).toMatchObject({
      peerId: idOf('carol'),
      initPeerId: idOf('alice'),
      function: 'add_post',
      arguments: ['"hello"', 'true'],
      answer: '1',
      origins: [[{ peerId: idOf('alice') }], [{ peerId: idOf('bob'), getter: '.$.is_admin' }]],
    });
    expect(denied).toMatchObject({ outcome: 'denied', stage: 'guards', code: 'ERR_CALL_DENIED_GUARD' });
    expect(denied?.answer).toMatch(/^denied `blogSrv.add_post`\n/);
    expect(denied?.denial).toContain('"kind":"origin"');
    expect(response).toMatchObject({ peer: 'alice', function: 'response' });
  });

  it.each<[CallFilter, number[]]>([
    [{}, [at.status, at.post, at.denied, at.response]],
    [{ peer: 'carol' }, [at.post, at.denied]],
    [{ peer: idOf('bob') }, [at.status]],
    [{ service: 'blogSrv' }, [at.post, at.denied]],
    [{ function: 'get_status' }, [at.status]],
    [{ outcome: 'denied' }, [at.denied]],
    [{ text: 'denied `blogSrv.add_post`' }, [at.denied, at.response]],
    [{ text: '"hello"' }, [at.post, at.denied]],
    [{ particle: 'b60300e028c2a4ead17960029c9ddb42' }, [at.status, at.post]],
    [{ particle: 'nothing' }, []],
    [{ afterMs: 1_700_000_000_003 }, [at.denied, at.response]],
    [{ beforeMs: 1_700_000_000_002 }, [at.status]],
    [{ peer: 'carol', outcome: 'served' }, [at.post]],
  ])('are filtered by %j', (filter, expected) => {
    expect(numbers(filter)).toEqual(expected);
  });

  it('say what is withheld', () => {
    const parts: string[] = [];
    redact(memorySource(utf8(text)), { roles: VALUE_ROLES }, lines => void parts.push(lines));
    const [, post] = [...callsOf(open(parts.join('')))];
    expect(post).toMatchObject({ arguments: [null, null], answer: null });
  });

  it('are pending where the recording stops', async () => {
    const cut = (await recordWorld({ isCut: true })).split('\n');
    const at = cut.findIndex(line => line.startsWith('e {"kind":"decision"'));
    expect([...callsOf(open(`${cut.slice(0, at).join('\n')}\n`))]).toMatchObject([{ outcome: 'pending' }]);
  });
});

describe('timeline and particles', () => {
  it('show runs, calls and hops in order, with the time between them', () => {
    const events = [...timelineOf(recording)];
    const [first] = events;
    const own = events.filter(({ particle }) => particle === first?.particle);
    // A peer hears that its message arrived when the other one runs already.
    expect(own.map(({ kind, peer }) => `${peer} ${kind}`)).toEqual([
      'alice run',
      'bob run',
      'bob call',
      'alice send',
      'bob run',
      'carol run',
      'carol call',
      'bob send',
      'carol run',
    ]);
    expect(own.map(({ waitedMs }) => waitedMs)).toEqual([0, 1, 0, 0, 0, 1, 0, 0, 0]);
    expect(events.find(({ outcome }) => outcome === 'denied')?.what).toBe(
      'blogSrv.add_post: denied (ERR_CALL_DENIED_GUARD)',
    );
  });

  it('count calls by outcome', () => {
    expect([...particleList(recording)].map(({ runs, calls, peers }) => [runs, calls, peers.length])).toEqual(
      [
        [5, { served: 2 }, 3],
        [5, { denied: 1, served: 1 }, 2],
      ],
    );
  });
});

describe('why', () => {
  it('goes down to literals and first calls, each with its signed record', () => {
    const { call, origins } = explainCall(recording, at.post);
    expect(call.function).toBe('add_post');
    expect(origins).toMatchObject([
      { kind: 'literal', value: '"hello"', arguments: [] },
      {
        kind: 'service',
        call: at.status,
        value: 'true',
        answer: '{"is_admin":true,"is_misbehaving":false}',
        record: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
    ]);
  });

  it('shows that an error speaks of the call that was denied', () => {
    const { origins } = explainCall(recording, at.response);
    expect(origins).toMatchObject([
      {
        kind: 'error',
        call: at.denied,
        arguments: [
          { kind: 'literal', value: '"hello"' },
          { kind: 'literal', value: 'true' },
        ],
      },
    ]);
  });

  it.each([0, at.statusRun, at.statusDecision, at.end, 99])('there is no call %i', n => {
    expect(() => explainCall(recording, n)).toThrow(expect.objectContaining({ code: 'ERR_AUDIT_CALL' }));
  });

  it('cannot explain what is withheld', () => {
    const parts: string[] = [];
    redact(memorySource(utf8(text)), { roles: VALUE_ROLES }, lines => void parts.push(lines));
    expect(() => explainCall(open(parts.join('')), at.post)).toThrow(
      expect.objectContaining({ code: 'ERR_AUDIT_WITHHELD' }),
    );
  });
});

describe('diff', () => {
  it('of a recording and itself is empty', () => {
    expect(diffOf({ open: recording }, { open: recording })).toMatchObject([
      { equalCalls: 2, differences: [] },
      { equalCalls: 2, differences: [] },
    ]);
  });

  it('names fields that differ, and calls that only one side has', async () => {
    const other = open(
      await recordWorld({
        scripts: [POST.replace('hello', 'goodbye')],
        acl: { rules: [{ effect: 'deny', initPeers: '*', service: 'authSrv' }] },
      }),
    );
    const [found] = diffOf(
      { open: recording, particle: 'b60300e028c2a4ead17960029c9ddb42' },
      { open: other },
    );
    expect(found?.differences[0]).toMatchObject({ name: 'authSrv.get_status', left: at.status });
    expect(found?.differences[0]?.fields.map(({ field }) => field)).toEqual(['outcome', 'code', 'answer']);
    expect(found?.differences[1]).toMatchObject({ name: 'blogSrv.add_post', left: at.post, fields: [] });
  });

  it('refuses a particle that there is not', () => {
    expect(() => diffOf({ open: recording, particle: 'x' }, { open: recording })).toThrow(
      expect.objectContaining({ code: 'ERR_AUDIT_PARTICLE' }),
    );
  });
});
