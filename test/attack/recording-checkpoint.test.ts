// Goal:    to pass a rewritten recording under a checkpoint, or to show two histories to two auditors.
// Means:   checkpoints are forged, exchanged, moved or taken from another recording; the recorder itself rewrites its log and signs anew.
// Refused: a checkpoint counts for its own origin, size and root, under a key that the auditor named; kept checkpoints and witnesses convict the recorder.
import { describe, expect, it } from 'vitest';
import {
  addCheckpoint,
  formatVerifierKey,
  KeyType,
  parseLogPolicy,
  signCheckpoint,
  verifierKey,
  type WitnessState,
} from '../../audit/index.ts';
import { sha256, signerOf } from '../../interpreter/index.ts';
import { signer } from '../support/cast.ts';
import {
  FORGED_POST,
  Forgery,
  ORIGIN,
  pointsOf,
  POST,
  RECORDER,
  recordWorld,
  TRUST,
  verdictOf,
  verifyText,
} from '../support/recording.ts';

const honest = await recordWorld({ scripts: [POST, FORGED_POST] });
const checkpointsOf = (text: string): string[] =>
  new Forgery(text).lines
    .filter(({ kind }) => kind === 'c')
    .map(({ payload }) => JSON.parse(payload) as string);
const [first = '', second = ''] = checkpointsOf(honest);
const last = checkpointsOf(honest).at(-1) ?? '';

/** Replaces the last checkpoint. */
const withLast = (note: string): string => {
  const forgery = new Forgery(honest);
  forgery.lines[forgery.lines.length - 1] = { kind: 'c', payload: JSON.stringify(note) };
  return forgery.text;
};
/** What the recorder itself can write: another history under its own key. */
const rewritten = new Forgery(honest).drop(pointsOf(honest).sendToCarol).renumber().resign(RECORDER).text;
/** Where two histories agree. */
const common = signCheckpoint({ origin: ORIGIN, size: 0, root: sha256('') }, RECORDER);

describe('a forged checkpoint', () => {
  it.each([
    ['of another size', last.replace(/\n29\n/, '\n28\n'), 'checkpoint-signature'],
    ['of another root', last.replace(/\n29\n..../, '\n29\nAAAA'), 'checkpoint-signature'],
    ['with another signature', last.replace(/(.{20})....\n$/, '$1AAA=\n'), 'checkpoint-signature'],
    ['of another recording', last.replace(ORIGIN, 'example.com/recording/9'), 'checkpoint-origin'],
    ['that is an earlier one', first, 'checkpoint-order'],
    ['that is not a note', 'x', 'checkpoint-malformed'],
    [
      'signed over another tree',
      signCheckpoint({ origin: ORIGIN, size: 29, root: sha256('x') }, RECORDER),
      'checkpoint-root',
    ],
    [
      'over more entries',
      signCheckpoint({ origin: ORIGIN, size: 30, root: sha256('x') }, RECORDER),
      'checkpoint-entries-missing',
    ],
    [
      'over fewer entries',
      signCheckpoint({ origin: ORIGIN, size: 28, root: sha256('x') }, RECORDER),
      'checkpoint-entries-added',
    ],
  ])('%s is refused', (_, note, name) => {
    expect(note).not.toBe(last);
    const report = verifyText(withLast(note));
    expect(['tampered', 'malformed']).toContain(report.content);
    expect(report.completeness).not.toBe('complete');
    expect(report.findings.map(finding => finding.name)).toContain(name);
  });

  it('of somebody else is not one of the recorder', () => {
    const report = verifyText(new Forgery(honest).resign(signer('mallory')).text);
    expect(verdictOf(report)).toBe('equal unproven unknown-recorder');
  });

  it('of a key that is trusted for another origin only does not count', () => {
    const vkey = formatVerifierKey(verifierKey('example.com/other', RECORDER.peerId));
    expect(verifyText(honest, { trust: { ...TRUST, recorders: [vkey] } }).completeness).toBe('unproven');
    const own = formatVerifierKey(verifierKey(ORIGIN, RECORDER.peerId));
    expect(verdictOf(verifyText(honest, { trust: { ...TRUST, recorders: [own] } }))).toBe('equal complete');
  });

  it('a rewritten log passes by itself: this is what a kept checkpoint is for', () => {
    expect(verdictOf(verifyText(rewritten))).toBe('equal complete');
    const report = verifyText(rewritten, { trust: TRUST, checkpoints: [second] });
    expect(report.content).toBe('equivocation');
    expect(report.findings.map(({ name }) => name)).toEqual(['recorder-equivocation']);
  });

  it.each([
    ['of more than there is', last, new Forgery(honest).lines.length, 'pinned-entries-missing'],
    [
      'of another recording',
      signCheckpoint({ origin: 'x', size: 1, root: sha256('') }, RECORDER),
      0,
      'pinned-origin',
    ],
    [
      'of an unknown key',
      signCheckpoint({ origin: ORIGIN, size: 1, root: sha256('') }, signer('mallory')),
      0,
      'pinned-unknown-key',
    ],
  ])('a kept checkpoint %s is named', (_, note, cut, name) => {
    const text = cut === 0 ? honest : `${honest.split('\n').slice(0, 20).join('\n')}\n`;
    expect(
      verifyText(text, { trust: TRUST, checkpoints: [note] }).findings.map(finding => finding.name),
    ).toContain(name);
  });

  it('a kept checkpoint of an altered file without checkpoints is tampering, not two histories', () => {
    const forgery = new Forgery(honest).change('run', entry => ({ ...entry, time: 0 })).withoutCheckpoints();
    const report = verifyText(forgery.text, { trust: TRUST, checkpoints: [second] });
    expect(report.findings.map(({ name }) => name)).toEqual(['pinned-root']);
    expect(report.content).toBe('tampered');
  });

  describe('and witnesses', () => {
    const witness = {
      name: 'w.example',
      signer: signerOf(sha256('w')),
      logs: [verifierKey(ORIGIN, RECORDER.peerId)],
    };
    const vkey = formatVerifierKey(verifierKey(witness.name, witness.signer.peerId, KeyType.cosignature));
    const policy = parseLogPolicy(`witness w ${vkey}\nquorum w\n`);
    const cosigned = (state: WitnessState, old: number, note: string) =>
      addCheckpoint(witness, state, `old ${old}\n\n${note}`, 1_800_000_000);

    it('a policy that names one is satisfied by its cosignature only', () => {
      const trust = { ...TRUST, policy };
      expect(verdictOf(verifyText(honest, { trust }))).toBe('equal unproven no-quorum');
      const { response } = cosigned(new Map(), 0, last);
      const report = verifyText(withLast(last + response.body), { trust });
      expect(verdictOf(report)).toBe('equal complete');
      expect(report.recordings[0]?.witnesses).toEqual(['w.example']);
      const forged = response.body.replace(/..==?\n$|...\n$/, 'AA=\n');
      expect(verifyText(withLast(last + forged), { trust }).completeness).toBe('unproven');
    });

    it('a witness that has seen one history cosigns no other', () => {
      const { state } = cosigned(new Map(), 0, second);
      const size = Number(second.split('\n')[1]);
      const rewrittenHead = checkpointsOf(rewritten).at(-1) ?? '';
      expect(cosigned(state, size, rewrittenHead).response.status).toBe(422);
      expect(cosigned(state, 0, rewrittenHead).response.status).toBe(409);
    });
  });

  it('honest twin: every kept checkpoint of the recording itself fits', () => {
    for (const note of [common, ...checkpointsOf(honest)])
      expect(verdictOf(verifyText(honest, { trust: TRUST, checkpoints: [note] }))).toBe('equal complete');
  });
});
