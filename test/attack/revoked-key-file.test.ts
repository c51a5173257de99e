import { describe, expect, test } from 'vitest';
import {
  MemorySink,
  memorySource,
  Recorder,
  TRUST_NOBODY,
  verifyFile,
  withIdentities,
  type Trust,
} from '../../audit/index.ts';
import {
  createSimulation,
  signInception,
  signRotation,
  verifyIdentity,
  type PeerObserver,
} from '../../peer/index.ts';
import { defineService, startService } from '../../services/index.ts';
import { utf8 } from '../../base/bytes.ts';
import { idOf, seedOf, signer, withIds } from '../support/cast.ts';
import { answered, receiptAt } from '../support/receipt-parts.ts';
import { ORIGIN, POST, RECORDER, recordWorld, TRUST } from '../support/recording.ts';

// Goal:    a receipt counts as proof of what a peer answered.
// Means:   a key that has leaked: used after it was revoked, or with a particle that is dated back to before.
// Refused: by the verification of files, for auditors who have the statements of the peer's name.

const receipt = receiptAt(answered(), 1);
/** When the particle says that it was started. */
const { timestamp } = verifyFile(memorySource(receipt)).claims as { timestamp: number };

/** The auditor named alice and bob, and has the statements of alice, whose key was replaced at `atMs`. */
function trusting(atMs: number, isRevoked: boolean): Trust {
  const inception = signInception(signer('alice'), idOf('carol'), 0);
  const rotation = signRotation(inception, {
    current: signer('alice'),
    next: signer('carol'),
    after: idOf('dave'),
    atMs,
    isRevoked,
  });
  const peers = new Map([
    [idOf('alice'), 'alice'],
    [idOf('bob'), 'bob'],
  ]);
  return withIdentities({ ...TRUST_NOBODY, peers }, [verifyIdentity([inception, rotation])]);
}

const verdictOf = (trust: Trust) => verifyFile(memorySource(receipt), { trust });

describe('a receipt that a leaked key signed', () => {
  test('after it was revoked', () => {
    expect(verdictOf(trusting(timestamp - 1, true))).toMatchObject({
      verdict: 'invalid',
      code: 'ERR_FILE_REVOKED_KEY',
    });
  });

  test('in a particle that is dated back: its time is only a claim', () => {
    const { verdict, warnings } = verdictOf(trusting(timestamp + 1000, true));
    expect(verdict).toBe('unproven');
    expect(warnings.join('\n')).toContain('was revoked');
  });

  test('a trusted name does not lend its trust to a key that it has revoked', () => {
    const trust = trusting(timestamp + 1000, true);
    expect(trust.peers.get(idOf('carol'))).toBe('alice');
    expect(trust.peers.has(idOf('alice'))).toBe(false);
  });
});

test('the honest twin: a key that was only replaced', () => {
  expect(verdictOf(trusting(timestamp - 1, false)).verdict).toBe('valid');
  expect(verdictOf(trusting(timestamp + 1, false)).verdict).toBe('valid');
});

describe('a recording of peers that have nothing to do with a key that was revoked before', () => {
  const withDave = (script: string): Promise<string> =>
    recordWorld({
      scripts: [withIds(script)],
      prepare: simulation => void simulation.addPeer({ secretKey: seedOf('dave') }),
    });

  /** Alice records herself from the moment on when her script has the answer of dave. */
  async function begunLate(): Promise<string> {
    const sink = new MemorySink();
    const simulation = createSimulation({ seed: 1, startMs: 1_700_000_000_000 });
    const recorder = new Recorder({ sink, origin: ORIGIN, signer: RECORDER, clock: simulation.clock });
    recorder.addPeer({ peerId: idOf('alice'), name: 'alice' });
    let isOn = false;
    const begin = defineService({
      id: 'recording',
      functions: { begin: { arguments: {}, guards: {}, handler: () => ((isOn = true), null) } },
    });
    simulation.addPeer({ secretKey: seedOf('dave') });
    const alice = simulation.addPeer({
      secretKey: seedOf('alice'),
      services: [startService(begin)],
      observer: {
        step: event => isOn && recorder.step(event),
        call: event => isOn && recorder.call(event),
        sent: event => isOn && recorder.sent(event),
      } as PeerObserver,
    });
    alice.run(
      withIds(
        '(seq (call "dave" ("op" "noop") []) (seq (call "alice" ("recording" "begin") []) (call "alice" ("op" "noop") [])))',
      ),
    );
    await simulation.settle();
    recorder.end();
    return sink.text();
  }

  /** What a recording proves to an auditor who knows that the key of dave has leaked. */
  function verdict(text: string) {
    const inception = signInception(signer('dave'), idOf('mallory'), 0);
    const step = { current: signer('dave'), next: signer('mallory'), after: idOf('bob'), atMs: 1 };
    const revocation = signRotation(inception, { ...step, isRevoked: true });
    const trust = withIdentities(TRUST, [verifyIdentity([inception, revocation])]);
    const { verdict: found, code, signers } = verifyFile(memorySource(utf8(text)), { trust });
    return { found, code, isSigner: signers.some(({ peerId }) => peerId === idOf('dave')) };
  }

  test('is not made invalid by a script that only names it', async () => {
    expect(verdict(await withDave(`(par (call "dave" ("op" "noop") []) ${POST})`))).toEqual({
      found: 'unproven',
      code: undefined,
      isSigner: false,
    });
  });

  test.each([
    ['an answer', `(seq (call "dave" ("op" "noop") []) ${POST})`],
    ['a failure that ends the script', `(seq (call "dave" ("nobody" "knows") []) ${POST})`],
  ])('the other side: it is, by what the key signed: %s', async (_, script) => {
    expect(verdict(await withDave(script))).toEqual({
      found: 'invalid',
      code: 'ERR_FILE_REVOKED_KEY',
      isSigner: true,
    });
  });

  test('the other side: it is, by what it signed before the recording began', async () => {
    const text = await begunLate();
    expect(verdict(text)).toMatchObject({ found: 'invalid', code: 'ERR_FILE_REVOKED_KEY' });
    // Nor is it whole for whoever knows nothing of dave: none of his runs is there.
    expect(verifyFile(memorySource(utf8(text)), { trust: TRUST }).verdict).toBe('unproven');
  });

  test('the honest twin: a script without it', async () => {
    expect(verdict(await withDave(POST))).toEqual({ found: 'valid', code: undefined, isSigner: false });
  });
});
