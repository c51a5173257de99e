import { describe, expect, test } from 'vitest';
import { memorySource, TRUST_NOBODY, verifyFile, withIdentities, type Trust } from '../../audit/index.ts';
import { signInception, signRotation, verifyIdentity } from '../../peer/index.ts';
import { utf8 } from '../../base/bytes.ts';
import { idOf, seedOf, signer, withIds } from '../support/cast.ts';
import { answered, receiptAt } from '../support/receipt-parts.ts';
import { POST, recordWorld, TRUST } from '../support/recording.ts';

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
  /** What the recording proves to an auditor who knows that the key of dave has leaked. */
  async function verdict(script: string) {
    const text = await recordWorld({
      scripts: [withIds(script)],
      prepare: simulation => void simulation.addPeer({ secretKey: seedOf('dave') }),
    });
    const inception = signInception(signer('dave'), idOf('mallory'), 0);
    const step = { current: signer('dave'), next: signer('mallory'), after: idOf('bob'), atMs: 1 };
    const revocation = signRotation(inception, { ...step, isRevoked: true });
    const trust = withIdentities(TRUST, [verifyIdentity([inception, revocation])]);
    const { verdict: found, code, signers } = verifyFile(memorySource(utf8(text)), { trust });
    return { found, code, isSigner: signers.some(({ peerId }) => peerId === idOf('dave')) };
  }

  test('is not made invalid by a script that only names it', async () => {
    expect(await verdict(`(par (call "dave" ("op" "noop") []) ${POST})`)).toEqual({
      found: 'unproven',
      code: undefined,
      isSigner: false,
    });
  });

  test.each([
    ['an answer', `(seq (call "dave" ("op" "noop") []) ${POST})`],
    ['a failure that ends the script', `(seq (call "dave" ("nobody" "knows") []) ${POST})`],
  ])('the other side: it is, by what the key signed: %s', async (_, script) => {
    expect(await verdict(script)).toEqual({
      found: 'invalid',
      code: 'ERR_FILE_REVOKED_KEY',
      isSigner: true,
    });
  });

  test('the honest twin: a script without it', async () => {
    expect(await verdict(POST)).toEqual({ found: 'valid', code: undefined, isSigner: false });
  });
});
