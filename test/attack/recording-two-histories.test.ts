import { beforeAll, describe, expect, it } from 'vitest';
import { signCheckpoint } from '../../audit/index.ts';
import { Frontier, leafOfEntry } from '../../audit/log/tree.ts';
import { sha256, signerOf } from '../../interpreter/index.ts';
import { verifyCommand } from '../../cli/commands/verify.ts';
import { folderOf } from '../support/cli.ts';
import { FORGED_POST, Forgery, ORIGIN, pointsOf, POST, RECORDER, recordWorld } from '../support/recording.ts';
import { TRUST, verifyText, verifyTexts } from '../support/recording.ts';

// Goal:    a recorder shows one history to one auditor and another one to the next.
// Means:   it drops an entry, numbers the rest anew and signs again; each file alone is whole.
// Refused: heads of one origin are held against the logs of all recordings of this origin, and against each other.
const EVIL = signerOf(sha256('not the recorder'));
let honest: string;
let rewritten: string;
let cut: string;
beforeAll(async () => {
  honest = await recordWorld({ scripts: [POST, FORGED_POST] });
  rewritten = new Forgery(honest).drop(pointsOf(honest).lastSend).renumber().resign(RECORDER).text;
  cut = await recordWorld({ scripts: [POST, FORGED_POST], isCut: true });
});

const namesOf = (texts: readonly string[], heads: readonly string[] = []): string[] => [
  ...new Set(verifyTexts(texts, { trust: TRUST, heads }).findings.map(({ name }) => name)),
];
const headsOf = (text: string): string[] =>
  new Forgery(text).lines
    .filter(({ kind }) => kind === 'c')
    .map(({ payload }) => JSON.parse(payload) as string);

describe('two histories of one recorder', () => {
  it('each alone is equal and complete', () => {
    for (const text of [honest, rewritten])
      expect(verifyText(text)).toMatchObject({ content: 'equal', completeness: 'complete' });
  });

  it.each([
    ['the longer first', () => [honest, rewritten]],
    ['the shorter first', () => [rewritten, honest]],
    ['between copies', () => [honest, honest, rewritten, honest]],
  ])('given together, %s: the recorder is convicted', (_, texts) => {
    expect(namesOf(texts())).toEqual(['recorder-equivocation']);
    expect(verifyTexts(texts()).content).toBe('equivocation');
  });

  it('convicts a key that no auditor named, too', () => {
    const report = verifyTexts([rewritten, honest], { trust: { ...TRUST, recorders: [] } });
    expect(report.content).toBe('equivocation');
  });

  it('of one size, and as two kept checkpoints', () => {
    const other = signCheckpoint({ origin: ORIGIN, size: 5, root: sha256('x') }, RECORDER);
    const tree = new Frontier();
    for (const { kind, payload } of new Forgery(honest).lines)
      if (kind === 'e' && tree.size < 5) tree.append(leafOfEntry(payload));
    const mine = signCheckpoint({ origin: ORIGIN, size: 5, root: tree.root() }, RECORDER);
    for (const heads of [[mine, other], [other, mine], [other]])
      expect(namesOf([honest], heads)).toEqual(['recorder-equivocation']);
    expect(namesOf([honest], [mine])).toEqual([]);
  });

  it('a checkpoint file beside the recording, in any order of files', () => {
    const folder = folderOf({ 'a.beryl': honest, 'b.checkpoint': headsOf(rewritten).at(-1) ?? '' });
    const paths = [`${folder}/a.beryl`, `${folder}/b.checkpoint`];
    for (const order of [paths, paths.toReversed()]) {
      const printed: string[] = [];
      const output = { json: (value: unknown) => printed.push(JSON.stringify(value)) };
      const trust = `${folderOf({ 't.json': JSON.stringify({ recorders: [RECORDER.peerId] }) })}/t.json`;
      verifyCommand(order, { json: true, trust }, output as never);
      expect(printed.join('\n')).toContain('recorder-equivocation');
    }
  });
});

describe('a file that was changed without the recorder’s key', () => {
  it('is what was changed, not a second history', () => {
    for (const changed of [
      new Forgery(honest).drop(pointsOf(honest).lastSend).renumber().withoutCheckpoints().text,
      new Forgery(honest).drop(pointsOf(honest).lastSend).renumber().resign(EVIL).text,
    ])
      for (const texts of [
        [honest, changed],
        [changed, honest],
      ]) {
        const { content, findings, recordings } = verifyTexts(texts);
        expect(content).toBe('tampered');
        expect(findings.map(({ name }) => name)).toEqual(['pinned-root']);
        expect(recordings[texts.indexOf(honest)]?.content).toBe('equal');
      }
  });
});

describe('no second history', () => {
  it('honest twin: one history, earlier and later, and with its own heads beside it, convicts no recorder', () => {
    expect(namesOf([honest, honest])).toEqual([]);
    expect(namesOf([honest, cut])).toEqual([]);
    expect(namesOf([cut, honest])).toEqual([]);
    expect(namesOf([honest], headsOf(honest))).toEqual([]);
  });

  it('a checkpoint of another origin beside a recording is left alone', () => {
    const other = signCheckpoint({ origin: 'example.com/other', size: 5, root: sha256('x') }, RECORDER);
    expect(namesOf([honest], [other])).toEqual([]);
  });

  it('recordings of two origins are two logs', async () => {
    expect(
      namesOf([honest, await recordWorld({ scripts: [FORGED_POST], origin: 'example.com/other' })]),
    ).toEqual([]);
  });
});
