import { beforeAll, describe, expect, it } from 'vitest';
import { memorySource, openRecording, proveCall, type EntryOf } from '../../audit/index.ts';
import { utf8 } from '../../base/bytes.ts';
import { Forgery, POST, recordWorld, TRUST, verifyText } from '../support/recording.ts';

// Goal:    a recording shows a call that never happened, with its answer, or a proof of it.
// Means:   a request without a run, as if it had been asked before the recording began, and a decision on it.
// Refused: where a peer's runs are recorded from the first one on, no call is older; a proof is of the recorded call alone.
let honest: string;
beforeAll(async () => {
  honest = await recordWorld({ scripts: [POST] });
});

type Request = EntryOf<'request'>;
const postOf = (forgery: Forgery): Request =>
  forgery.all('request').find(one => one.function === 'add_post') as Request;

/** A copy of the call `add_post` that no run asks for, and of its decision. @returns The file, and the number of the request. */
function invented(change: (forgery: Forgery) => Partial<Request>): { text: string; number: number } {
  const forgery = new Forgery(honest);
  const changes = change(forgery);
  const request = postOf(forgery);
  const decision = forgery.all('decision').find(one => one.request === request.n) as EntryOf<'decision'>;
  const added = [
    { ...request, n: 9001, run: null, ...changes },
    { ...decision, n: 9002, request: 9001 },
  ];
  const lines = added.map(entry => ({ kind: 'e', payload: JSON.stringify(entry) }));
  forgery.lines.splice(forgery.lineOf(decision.n) + 1, 0, ...lines);
  const { text } = forgery.renumber().tidy().withoutCheckpoints();
  return { text, number: decision.n + 1 };
}

const prove = (text: string, number: number): unknown =>
  proveCall(openRecording(memorySource(utf8(text))), number).claims;

describe.each([
  ['of another function', () => ({ function: 'delete_post', id: 77 })],
  ['of another service', () => ({ service: 'bank', id: 77 })],
  [
    'with other arguments',
    (forgery: Forgery) => ({ args: [forgery.addText('"eve"'), forgery.addText('true')], id: 77 }),
  ],
  ['with other arguments and the same id', (forgery: Forgery) => ({ args: [forgery.addText('"eve"')] })],
])('an invented call %s', (_, change: (forgery: Forgery) => Partial<Request>) => {
  it('is named', () => {
    const { content, findings } = verifyText(invented(change).text, { trust: TRUST });
    expect(content).toBe('differs');
    expect(findings.map(({ name }) => name)).toEqual(['request-without-run']);
  });

  it('is not proven by the call at its place', () => {
    const { text, number } = invented(change);
    expect(() => prove(text, number)).toThrow(expect.objectContaining({ code: 'ERR_AUDIT_CALL' }));
  });
});

it('an invented call at another place is named, and not proven', () => {
  const { text, number } = invented(() => ({ site: '77', id: 77 }));
  expect(verifyText(text).findings.map(({ name }) => name)).toEqual(['request-without-run']);
  expect(() => prove(text, number)).toThrow(expect.objectContaining({ code: 'ERR_AUDIT_WITHHELD' }));
});

describe('a call that was made', () => {
  it('honest twin: the true call is proven', () => {
    expect(prove(honest, postOf(new Forgery(honest)).n)).toMatchObject({ functionName: 'add_post' });
  });

  it('a call that a restarted peer makes again is the call of its run', () => {
    const { text } = invented(() => ({}));
    expect(verifyText(text).findings.map(({ name }) => name)).toEqual([]);
  });
});
