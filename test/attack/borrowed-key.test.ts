import { describe, expect, test } from 'vitest';
import {
  cosign,
  formatNote,
  formatVerifierKey,
  KeyType,
  memorySource,
  parseLogPolicy,
  parseNote,
  signCheckpoint,
  TRUST_NOBODY,
  verifierKey,
  verifyFile,
  withIdentities,
  type Trust,
} from '../../audit/index.ts';
import { signInception, signRotation, verifyIdentity, type Identity } from '../../peer/index.ts';
import { idOf, signer } from '../support/cast.ts';

// Goal:    an auditor trusts a key of the attacker, or one that has leaked.
// Means:   a chain of the attacker's own that goes through the stolen key; one key twice in a chain; a policy that names the leaked key.
// Refused: by the trust of the auditor (ERR_TRUST_IDENTITY), before any file is read.

/** Keys in order, each in the place of the one before; `leaked` ones were revoked. */
function chain(names: readonly string[], leaked: readonly string[] = []): Identity {
  const [first = '', ...others] = names;
  const statements = [signInception(signer(first), idOf(others[0] ?? 'dave'), 1000)];
  for (const [i, name] of others.entries())
    statements.push(
      signRotation(statements.at(-1) as Uint8Array, {
        current: signer(names[i] as string),
        next: signer(name),
        after: idOf(others[i + 1] ?? 'dave'),
        atMs: 2000 + i,
        isRevoked: leaked.includes(names[i] as string),
      }),
    );
  return verifyIdentity(statements);
}

const trusting = (...names: readonly string[]): Trust => ({
  ...TRUST_NOBODY,
  peers: new Map(names.map(name => [idOf(name), name])),
  recorders: names.map(idOf),
});
const namesIn = ({ peers }: Trust): string[] => [...peers.values()].toSorted();

describe('a chain of the attacker that goes through a stolen key', () => {
  const honest = chain(['alice', 'bob'], ['alice']);
  const crafted = chain(['mallory', 'alice']);
  const refused = expect.objectContaining({ code: 'ERR_TRUST_IDENTITY' }) as Error;

  test.each([
    ['before the honest one', [crafted, honest]],
    ['after the honest one', [honest, crafted]],
    ['that begins with the stolen key', [honest, chain(['carol', 'bob'])]],
  ])('%s', (_, identities) => {
    expect(() => withIdentities(trusting('alice'), identities)).toThrow(refused);
  });

  test('in statements that come later', () => {
    const trust = withIdentities(trusting('alice'), [honest]);
    expect(() => withIdentities(trust, [crafted])).toThrow(refused);
  });

  test('the honest twin: chains that have no key in common', () => {
    const trust = withIdentities(trusting('alice'), [honest, chain(['carol', 'mallory'])]);
    expect([...trust.peers]).toEqual([[idOf('bob'), 'alice']]);
    expect(trust.recorders).toEqual([idOf('bob')]);
    const later = withIdentities(trust, [chain(['carol', 'mallory'])]);
    expect(later.keys?.get(idOf('alice'))).toMatchObject({ isRevoked: true });
  });
});

describe('a key that comes back', () => {
  test('after it was revoked', () => {
    const trust = withIdentities(trusting('alice'), [chain(['alice', 'bob', 'alice'], ['alice'])]);
    expect([...trust.peers]).toEqual([[idOf('bob'), 'alice']]);
    expect(trust.recorders).toEqual([idOf('bob')]);
    expect(trust.keys?.get(idOf('alice'))).toMatchObject({ isRevoked: true, untilMs: 2000 });
  });

  test('the honest twin: after it was replaced', () => {
    const trust = withIdentities(trusting('alice'), [chain(['alice', 'bob', 'alice'])]);
    expect(namesIn(trust)).toEqual(['alice', 'alice']);
  });
});

test('names that the auditor gave stay: two keys of one chain may have two', () => {
  expect(namesIn(withIdentities(trusting('alice', 'bob'), [chain(['alice', 'bob'])]))).toEqual([
    'alice',
    'bob',
  ]);
});

describe('a checkpoint under a policy', () => {
  const checkpoint = { origin: 'log.example', size: 1, root: new Uint8Array(32) };
  const { text, signatures } = parseNote(signCheckpoint(checkpoint, signer('alice')));
  const log = formatVerifierKey(verifierKey('log.example', idOf('alice')));
  const witness = formatVerifierKey(verifierKey('w.example', idOf('carol'), KeyType.cosignature));
  const policy = parseLogPolicy(`log ${log}\nwitness w ${witness}\nquorum w\n`);
  const note = formatNote({
    text,
    signatures: [...signatures, cosign(text, 'w.example', signer('carol'), 1_700_000_000)],
  });
  const verdict = (identities: readonly Identity[]) =>
    verifyFile(memorySource(new TextEncoder().encode(note)), {
      trust: withIdentities({ ...TRUST_NOBODY, policy }, identities),
    });

  test('that names the leaked key of a log', () => {
    expect(verdict([chain(['alice', 'bob'], ['alice'])])).toMatchObject({ verdict: 'unproven' });
  });

  test('that names the leaked key of a witness', () => {
    expect(verdict([chain(['carol', 'bob'], ['carol'])])).toMatchObject({
      verdict: 'unproven',
      warnings: ['not enough of the witnesses of your policy have signed this'],
    });
  });

  test('the honest twin: keys that were only replaced', () => {
    expect(verdict([])).toMatchObject({ verdict: 'valid' });
    expect(verdict([chain(['alice', 'bob']), chain(['carol', 'mallory'])])).toMatchObject({
      verdict: 'valid',
    });
  });
});
