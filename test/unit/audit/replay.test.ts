import { describe, expect, it } from 'vitest';
import {
  decodeRecording,
  encodeRecording,
  Recorder,
  replay,
  type RecordingEntry,
  type StepEntry,
} from '../../../audit/index.ts';
import { auth, blog, startService } from '../../../services/index.ts';
import { createSimulation } from '../../../peer/index.ts';
import { idOf, seedOf, withIds } from '../../support/cast.ts';

const SCRIPT = withIds(`(seq
  (call "bob" ("authSrv" "get_status") [] status)
  (xor
    (call "carol" ("blogSrv" "add_post") ["hello" status.$.is_admin])
    (call %init_peer_id% ("callbackSrv" "response") [:error:])))`);

async function record(admin: boolean): Promise<Recorder> {
  const simulation = createSimulation({ seed: 1, startMs: 1_700_000_000_000 });
  const observer = new Recorder();
  const alice = simulation.addPeer({ secretKey: seedOf('alice'), observer });
  const admins = admin ? [idOf('alice')] : [];
  simulation.addPeer({ secretKey: seedOf('bob'), observer, services: [startService(auth({ admins }))] });
  simulation.addPeer({
    secretKey: seedOf('carol'),
    observer,
    services: [startService(blog({ authPeer: idOf('bob') }))],
  });
  alice.run(SCRIPT);
  await simulation.settle();
  return observer;
}

const text = (await record(false)).toText();

describe('replay', () => {
  it.each([true, false])('replay(record(run)) = run (admin: %s)', async admin => {
    const recorder = await record(admin);
    const steps = recorder.entries.filter(({ kind }) => kind === 'step').length;
    expect(replay(recorder.toText())).toEqual({ equal: true, steps, calls: recorder.entries.length - steps });
  });

  it('holds no secret', () => {
    for (const name of ['alice', 'bob', 'carol']) {
      expect(text).not.toContain(Buffer.from(seedOf(name)).toString('base64'));
      expect(text).not.toContain(Buffer.from(seedOf(name)).toString('hex'));
    }
  });

  it('decode ∘ encode = id', () => {
    const entries = decodeRecording(text);
    expect(encodeRecording(entries)).toBe(text);
  });

  it('finds a change of any character, and names the entry', () => {
    const lines = text.split('\n');
    for (let at = 0; at < text.length; at += 97) {
      const changed = text.slice(0, at) + (text[at] === 'x' ? 'y' : 'x') + text.slice(at + 1);
      const entry = text.slice(0, at).split('\n').length;
      const verdict = (() => {
        try {
          return replay(changed);
        } catch (failure) {
          return failure as { code: string };
        }
      })();
      if ('code' in verdict) expect([verdict.code, entry]).toEqual(['ERR_RECORDING_FORMAT', 1]);
      else
        expect(verdict).toMatchObject({
          equal: false,
          difference: {
            entry: expect.toSatisfy(
              (n: number) => n === entry || (text[at] === '\n' && n >= entry - 1),
            ) as number,
          },
        });
    }
    expect(lines.length).toBeGreaterThan(10);
  });

  /** Changes an entry and computes the chain of hashes anew, as a forger would. */
  function forge(change: (step: StepEntry) => Partial<StepEntry> | undefined): ReturnType<typeof replay> {
    let done = false;
    const entries = decodeRecording(text).map((entry): RecordingEntry => {
      if (done || entry.kind !== 'step') return entry;
      const changed = change(entry);
      if (changed === undefined) return entry;
      done = true;
      return { ...entry, ...changed };
    });
    expect(done).toBe(true);
    return replay(encodeRecording(entries));
  }
  const flip = (base64: string): string => {
    const bytes = Buffer.from(base64, 'base64');
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
    return bytes.toString('base64');
  };

  it.each<[string, (step: StepEntry) => Partial<StepEntry> | undefined, RegExp]>([
    [
      'data',
      ({ outcome }) =>
        outcome.data === '' ? undefined : { outcome: { ...outcome, data: flip(outcome.data) } },
      /^outcome\.data, byte \d+$/,
    ],
    ['a return code', ({ outcome }) => ({ outcome: { ...outcome, retCode: 7 } }), /^outcome\.retCode$/],
    [
      'next peers',
      ({ outcome }) =>
        outcome.nextPeerIds.length === 0 ? undefined : { outcome: { ...outcome, nextPeerIds: [] } },
      /^outcome\.nextPeerIds$/,
    ],
    [
      'an answer',
      ({ callResults }) =>
        callResults.length === 0
          ? undefined
          : { callResults: callResults.map(([id]) => [id, { retCode: 0, resultJson: '{"is_admin":true}' }]) },
      /^(outcome|decision)\./,
    ],
    [
      'a signature',
      ({ signatures }) => (signatures.length === 0 ? undefined : { signatures: signatures.map(flip) }),
      /^outcome\.data, byte \d+$/,
    ],
    ['the script', ({ air }) => ({ air: air.replace('hello', 'hullo') }), /^params\.particleSignature$/],
    ['who ran', ({ params }) => ({ params: { ...params, currentPeerId: idOf('mallory') } }), /^outcome\./],
  ])('finds a forged %s although all hashes fit', (_, change, field) => {
    const verdict = forge(change);
    expect(verdict).toMatchObject({
      equal: false,
      difference: { kind: 'difference', field: expect.stringMatching(field) as string },
    });
  });

  it('finds a forged decision although all hashes fit', () => {
    const entries = decodeRecording(text).map((entry): RecordingEntry =>
      entry.kind === 'call' && entry.request.functionName === 'get_status'
        ? {
            ...entry,
            decision: { ...entry.decision, result: { retCode: 0, resultJson: '{"is_admin":true}' } },
          }
        : entry,
    );
    expect(replay(encodeRecording(entries))).toMatchObject({
      equal: false,
      difference: { field: 'decision.result of authSrv.get_status' },
    });
  });

  it.each([
    ['nothing', ''],
    ['text', 'hello\n'],
    ['another format', '{"chain":"","entry":{"kind":"header","format":"x/1"}}\n'],
    ['JSON', '{}'],
  ])('refuses %s as no recording', (_, content) => {
    expect(() => replay(content)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^ERR_RECORDING_/) as string }),
    );
  });

  it('names an entry of the wrong shape', () => {
    const header = text.split('\n')[0] ?? '';
    expect(replay(`${header}\n{"chain":"x"}\n`)).toMatchObject({
      equal: false,
      difference: { kind: 'malformed', entry: 2 },
    });
  });
});
