import { describe, expect, it } from 'vitest';
import {
  addCheckpoint,
  cosign,
  formatNote,
  formatProof,
  formatSignature,
  formatVerifierKey,
  KeyType,
  parseCheckpoint,
  parseNote,
  parseLogPolicy,
  parseProof,
  parseVerifierKey,
  signCheckpoint,
  signNote,
  verifierKey,
  verifyNote,
  verifyInclusion,
  type Witness,
  type WitnessState,
} from '../../../audit/index.ts';
import { EMPTY_ROOT, Frontier, isConsistent, Leaves } from '../../../audit/log/tree.ts';
import { concat, equalBytes, toBase64, toHex, utf8 } from '../../../base/bytes.ts';
import { leafHash, rootOfPath, sha256, signerOf } from '../../../interpreter/index.ts';
import { idOf, signer } from '../../support/cast.ts';
import { LEAVES } from '../../support/certificate-transparency.ts';

/** RFC 6962 §2.1 to the letter. */
function rootByDefinition(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256(new Uint8Array(0));
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(
    concat(Uint8Array.of(1), rootByDefinition(leaves.slice(0, split)), rootByDefinition(leaves.slice(split))),
  );
}

const COUNT = 40;
const data = Array.from({ length: COUNT }, (_, i) => sha256(`leaf ${i}`));
const leaves = new Leaves();
for (const one of data) leaves.append(leafHash(one));
const rootOf = (size: number): Uint8Array => rootByDefinition(data.slice(0, size).map(leafHash));

describe('the tree', () => {
  it('is that of RFC 6962', () => {
    const frontier = new Frontier();
    expect(toHex(frontier.root())).toBe(toHex(EMPTY_ROOT));
    for (let size = 1; size <= COUNT; size++) {
      frontier.append(leaves.at(size - 1));
      expect(toHex(frontier.root())).toBe(toHex(rootOf(size)));
      expect(toHex(leaves.root(size))).toBe(toHex(rootOf(size)));
    }
  });

  it('has the roots of certificate transparency’s own test vectors', () => {
    // Inputs of the reference implementation; leaves are hashed without a second hash.
    const tree = new Frontier();
    for (const hex of LEAVES)
      tree.append(
        sha256(
          concat(
            Uint8Array.of(0),
            Uint8Array.from(hex.match(/../g) ?? [], b => Number.parseInt(b, 16)),
          ),
        ),
      );
    expect(toHex(tree.root())).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
  });

  it('proves every leaf of every size, and no other', () => {
    for (let size = 1; size <= 20; size++) {
      for (let index = 0; index < size; index++) {
        const proof = leaves.inclusionProof(index, size);
        const found = (at: number, of: number, path = proof): boolean => {
          const root = rootOfPath(leaves.at(index), at, of, path);
          return root !== undefined && equalBytes(root, rootOf(of));
        };
        expect(found(index, size)).toBe(true);
        for (let other = 0; other < size; other++)
          if (other !== index) expect(found(other, size)).toBe(false);
        expect(found(index, size, [...proof, leaves.at(0)])).toBe(false);
        if (proof.length > 0) expect(found(index, size, proof.slice(1))).toBe(false);
      }
      expect(rootOfPath(leaves.at(0), size, size, [])).toBeUndefined();
    }
  });

  it('proves that every size begins every later one, and nothing else', () => {
    for (let newer = 1; newer <= COUNT; newer++) {
      for (let older = 1; older <= newer; older++) {
        const proof = leaves.consistencyProof(older, newer);
        expect(isConsistent(older, newer, rootOf(older), rootOf(newer), proof)).toBe(true);
        if (older === newer) continue;
        expect(isConsistent(older, newer, sha256('other'), rootOf(newer), proof)).toBe(false);
        expect(isConsistent(older, newer, rootOf(older), sha256('other'), proof)).toBe(false);
        expect(isConsistent(older, newer, rootOf(older), rootOf(newer), [...proof, EMPTY_ROOT])).toBe(false);
        expect(isConsistent(older, newer, rootOf(older), rootOf(newer), proof.slice(1))).toBe(false);
      }
    }
    expect(isConsistent(3, 2, rootOf(3), rootOf(2), [])).toBe(false);
  });
});

describe('notes', () => {
  it.each([
    [
      'signed-note’s',
      'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
      'This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n',
    ],
    [
      'Go’s',
      'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n",
    ],
  ])('verify %s example', (_, vkey, text) => {
    const key = parseVerifierKey(vkey);
    expect(formatVerifierKey(key)).toBe(vkey);
    expect(verifyNote(parseNote(text), [key])).toEqual([key]);
    expect(formatNote(parseNote(text))).toBe(text);
  });

  const alice = verifierKey('example.com/a', idOf('alice'));
  const note = signNote('hello\nworld\n', 'example.com/a', signer('alice'));

  it('parse ∘ format = id; the known key has signed', () => {
    expect(parseNote(formatNote(note))).toEqual(note);
    expect(verifyNote(note, [alice])).toEqual([alice]);
    expect(
      verifyNote(note, [
        verifierKey('example.com/b', idOf('alice')),
        verifierKey('example.com/a', idOf('bob')),
      ]),
    ).toEqual([]);
  });

  it('of a known key with another text are refused', () => {
    expect(() => verifyNote({ ...note, text: 'hullo\n' }, [alice])).toThrow(
      expect.objectContaining({ code: 'ERR_NOTE_SIGNATURE' }),
    );
  });

  it.each([
    ['nothing', ''],
    ['no signature', 'hello\n'],
    ['no empty line', 'hello\n\u2014 a AAAAAAAA\n'],
    ['no newline at the end', `hello\n\n\u2014 a AAAAAAAA`],
    ['a tab', 'hel\tlo\n\n\u2014 a AAAAAAAA\n'],
    ['half a character', 'hel\ud800lo\n\n\u2014 a AAAAAAAA\n'],
    ['a name with a plus', 'hello\n\n\u2014 a+b AAAAAAAA\n'],
    ['a signature without key id', 'hello\n\n\u2014 a AAAA\n'],
    ['too many signatures', `hello\n\n${'\u2014 a AAAAAAAA\n'.repeat(65)}`],
  ])('refuse %s', (_, text) => {
    expect(() => parseNote(text)).toThrow(expect.objectContaining({ code: 'ERR_NOTE_MALFORMED' }));
  });

  it.each([
    '',
    'x',
    'a+00000000+AAAA',
    'example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
    'a+00000000+BQ==',
  ])('refuse the key %#: `%s`', text => {
    expect(() => parseVerifierKey(text)).toThrow(expect.objectContaining({ code: 'ERR_NOTE_KEY' }));
  });

  it('are never a message that a key signs for particles or records', () => {
    // A particle has its times in binary, whose highest bytes are zero; a head of records is 32 bytes; no note is either.
    const text = signCheckpoint({ origin: 'a', size: 1, root: sha256('') }, signer('alice'));
    const signed = utf8(parseNote(text).text);
    expect(signed.includes(0)).toBe(false);
    expect(signed.length).toBeGreaterThan(32);
  });
});

describe('checkpoints', () => {
  it('read what was signed', () => {
    const checkpoint = { origin: 'example.com/log', size: 12, root: sha256('root') };
    expect(parseCheckpoint(signCheckpoint(checkpoint, signer('alice'))).checkpoint).toEqual(checkpoint);
  });

  const signed = (text: string): string => formatNote(signNote(text, 'a', signer('alice')));
  const root = toBase64(sha256('root'));
  it.each([
    ['an extension line', `a\n1\n${root}\nmore\n`],
    ['no root', `a\n1\n`],
    ['a short root', `a\n1\nAAAA\n`],
    ['a size with a zero before it', `a\n01\n${root}\n`],
    ['a negative size', `a\n-1\n${root}\n`],
    ['a size beyond 2^53', `a\n9999999999999999\n${root}\n`],
    ['an origin with a space', `a b\n1\n${root}\n`],
  ])('refuse %s', (_, text) => {
    expect(() => parseCheckpoint(signed(text))).toThrow(
      expect.objectContaining({ code: 'ERR_CHECKPOINT_MALFORMED' }),
    );
  });
});

describe('proofs of one entry', () => {
  const checkpoint = signCheckpoint(
    { origin: 'example.com/log', size: 13, root: rootOf(13) },
    signer('alice'),
  );
  const proof = { index: 5, path: leaves.inclusionProof(5, 13), checkpoint };

  it('parse ∘ format = id, and prove the entry', () => {
    expect(parseProof(formatProof(proof))).toEqual(proof);
    expect(formatProof(proof)).toMatch(/^c2sp\.org\/tlog-proof@v1\nindex 5\n/);
    expect(verifyInclusion(proof, data[5] as Uint8Array).checkpoint).toMatchObject({
      origin: 'example.com/log',
      size: 13,
    });
    const extra = Uint8Array.of(0, 0, 0);
    expect(formatProof({ ...proof, extra })).toMatch(/^c2sp\.org\/tlog-proof@v1\nextra AAAA\nindex 5\n/);
    expect(parseProof(formatProof({ ...proof, extra }))).toEqual({ ...proof, extra });
    expect(() => parseProof(formatProof(proof).replace('\n', '\nextra A\n'))).toThrow(
      expect.objectContaining({ code: 'ERR_LOG_PROOF' }),
    );
  });

  it('prove no other entry, index, path or head', () => {
    const other = signCheckpoint({ origin: 'example.com/log', size: 12, root: rootOf(12) }, signer('alice'));
    const wrong = [
      { ...proof, index: 4 },
      { ...proof, path: proof.path.slice(1) },
      { ...proof, checkpoint: other },
    ];
    for (const one of wrong)
      expect(() => verifyInclusion(one, data[5] as Uint8Array)).toThrow(
        expect.objectContaining({ code: 'ERR_LOG_PROOF' }),
      );
    expect(() => verifyInclusion(proof, data[6] as Uint8Array)).toThrow(
      expect.objectContaining({ code: 'ERR_LOG_PROOF' }),
    );
  });

  it.each([
    '',
    'x\n\n',
    'c2sp.org/tlog-proof@v1\nindex x\n\n',
    'c2sp.org/tlog-proof@v1\nindex 1\nAA\n\n',
    'c2sp.org/tlog-proof@v2\nindex 1\n\n',
  ])('refuse text %#', text => {
    expect(() => parseProof(text)).toThrow(expect.objectContaining({ code: 'ERR_LOG_PROOF' }));
  });
});

describe('policies', () => {
  const witness = (name: string): string =>
    formatVerifierKey(verifierKey(`${name}.example`, idOf(name), KeyType.cosignature));
  const log = formatVerifierKey(verifierKey('example.com/log', idOf('alice')));
  const text = `# mine\nlog ${log}\n\nwitness b ${witness('bob')}\nwitness c ${witness('carol')}\nwitness d ${witness('dave')}\ngroup two 2 b c d\ngroup all all two b\nquorum all\n`;

  it('count groups', () => {
    const { logs, witnesses, isQuorum } = parseLogPolicy(text);
    const [b, c, d] = witnesses;
    expect(logs).toEqual([parseVerifierKey(log)]);
    expect([
      isQuorum([]),
      isQuorum([b as never]),
      isQuorum([c as never, d as never]),
      isQuorum([b as never, d as never]),
    ]).toEqual([false, false, false, true]);
    expect(parseLogPolicy(`log ${log}\n`).isQuorum([])).toBe(true);
    expect(parseLogPolicy(`log ${log}\nwitness b ${witness('bob')}\nquorum none\n`).isQuorum([])).toBe(true);
  });

  it.each([
    ['an unknown word', 'lgo x'],
    ['a log without key', 'log'],
    ['a witness’s key for a log', `log ${witness('bob')}`],
    ['a log’s key for a witness', `witness b ${log}`],
    ['a name twice', `witness b ${witness('bob')}\nwitness b ${witness('carol')}\nquorum b`],
    ['a group of unknown members', 'group g any x'],
    ['a group of more than it has', `witness b ${witness('bob')}\ngroup g 2 b\nquorum g`],
    ['a group of none', `witness b ${witness('bob')}\ngroup g 0 b\nquorum g`],
    ['witnesses without quorum', `witness b ${witness('bob')}`],
    ['two quorums', `witness b ${witness('bob')}\nquorum b\nquorum b`],
  ])('refuse %s', (_, bad) => {
    expect(() => parseLogPolicy(bad)).toThrow(expect.objectContaining({ code: 'ERR_LOG_POLICY' }));
  });
});

describe('a witness', () => {
  const origin = 'example.com/log';
  const alice = signer('alice');
  const watcher: Witness = {
    name: 'w.example',
    signer: signerOf(sha256('witness')),
    logs: [verifierKey(origin, alice.peerId)],
  };
  const head = (size: number, root = rootOf(size), by = alice): string =>
    signCheckpoint({ origin, size, root }, by);
  const ask = (state: WitnessState, old: number, checkpoint: string, proof: readonly Uint8Array[] = []) =>
    addCheckpoint(
      watcher,
      state,
      [`old ${old}`, ...proof.map(toBase64), '', checkpoint].join('\n'),
      1_800_000_000,
    );

  it('cosigns a log that grows, and the cosignature verifies', () => {
    const first = ask(new Map(), 0, head(5));
    expect(first.response.status).toBe(200);
    const second = ask(first.state, 5, head(9), leaves.consistencyProof(5, 9));
    expect(second.response).toMatchObject({ status: 200, contentType: 'text/plain' });
    const cosigned = parseNote(head(9) + second.response.body);
    const key = verifierKey('w.example', watcher.signer.peerId, KeyType.cosignature);
    expect(verifyNote(cosigned, [key])).toEqual([key]);
    expect(second.response.body).toBe(
      formatSignature(cosign(cosigned.text, 'w.example', watcher.signer, 1_800_000_000)),
    );
    expect(second.state.get(origin)).toMatchObject({ size: 9 });
  });

  const known = ask(new Map(), 0, head(5)).state;
  it.each([
    [
      'an unknown log',
      new Map(),
      0,
      signCheckpoint({ origin: 'other', size: 1, root: rootOf(1) }, alice),
      [],
      404,
    ],
    ['another key', new Map(), 0, head(5, rootOf(5), signer('mallory')), [], 403],
    ['an old size that is not the last', known, 3, head(9), leaves.consistencyProof(3, 9), 409],
    ['a new history', known, 5, head(9, sha256('other')), leaves.consistencyProof(5, 9), 422],
    ['a history without proof', known, 5, head(9), [], 422],
    ['another head of the same size', known, 5, head(5, sha256('other')), [], 409],
    ['a log that shrinks', known, 5, head(4), [], 400],
    ['nonsense', known, 5, 'nonsense', [], 400],
  ] as const)('refuses %s and remembers what it knew', (_, state, old, checkpoint, proof, status) => {
    const end = ask(state, old, checkpoint, proof);
    expect(end.response.status).toBe(status);
    expect(end.state).toBe(state);
    if (status === 409) expect(end.response).toMatchObject({ contentType: 'text/x.tlog.size', body: '5\n' });
  });
});
