// Goal:    to pass a part of what happened for all of it.
// Means:   the end of a recording is cut off, anywhere; peers, particles or everything is left out; nothing is presented as success.
// Refused: only an end entry under a trusted checkpoint is complete; peers that took part and are not recorded are named; of no runs nothing is equal.
import { describe, expect, it } from 'vitest';
import { idOf } from '../support/cast.ts';
import {
  Forgery,
  NO_RECORDER,
  POST,
  recordWorld,
  TRUST,
  verdictOf,
  verifyText,
  verifyTexts,
} from '../support/recording.ts';

const honest = await recordWorld({ scripts: [POST, POST] });
const nothing = await recordWorld({ scripts: [] });
const lines = honest.split('\n').slice(0, -1);

describe('a recording that was cut', () => {
  it('is never complete, wherever the cut is', () => {
    const seen = new Set<string>();
    for (let at = 2; at < lines.length; at++) {
      const report = verifyText(`${lines.slice(0, at).join('\n')}\n`, { trust: TRUST });
      expect(report.completeness).not.toBe('complete');
      expect(['equal', 'withheld']).toContain(report.content);
      seen.add(report.completeness);
    }
    expect([...seen].toSorted()).toEqual(['open', 'unproven']);
  });

  it('inside a line is open, and says so', () => {
    const cut = honest.slice(0, honest.lastIndexOf('\ne ') + 20);
    const report = verifyText(cut, { trust: TRUST });
    expect(report).toMatchObject({ content: 'equal', completeness: 'open' });
    expect(report.gaps.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['cut-line', 'no-end', 'after-checkpoint']),
    );
  });

  it('without its last checkpoint is open: nobody has signed the end', () => {
    const report = verifyText(`${lines.slice(0, -1).join('\n')}\n`, { trust: TRUST });
    expect(report).toMatchObject({ content: 'equal', completeness: 'open' });
  });

  it('with another end is tampered with', () => {
    const forgery = new Forgery(honest);
    const end = forgery.lines.pop();
    forgery.lines.splice(20);
    forgery.lines.push({
      kind: 'e',
      payload: JSON.stringify({ kind: 'end', n: forgery.entries.length, time: 0, counts: {} }),
    });
    if (end !== undefined) forgery.lines.push(end);
    const report = verifyText(forgery.text, { trust: TRUST });
    expect(report.content).toBe('tampered');
    expect(report.findings.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['end-counts', 'checkpoint-entries-missing']),
    );
  });

  it('from which peers are left out names them', async () => {
    const alone = await recordWorld({ recorded: ['alice', 'carol'] });
    const report = verifyText(alone, { trust: TRUST });
    expect(report).toMatchObject({ content: 'equal', completeness: 'unproven' });
    expect(report.gaps).toEqual([expect.objectContaining({ name: 'missing-peer', peerId: idOf('bob') })]);
    expect(report.particles[0]?.peers.map(({ name, completeness }) => [name, completeness])).toEqual([
      ['alice', 'complete'],
      ['carol', 'complete'],
      ['bob', 'unproven'],
    ]);
  });

  it('of one peer names whoever signed what it got, and to whom it sent', async () => {
    const carol = await recordWorld({ recorded: ['carol'] });
    expect(verifyText(carol).gaps.map(({ peerId }) => peerId)).toEqual([idOf('bob')]);
    const alice = await recordWorld({ recorded: ['alice'] });
    expect(verifyText(alice).gaps.map(({ peerId }) => peerId)).toEqual([idOf('bob')]);
  });

  it.each([
    ['only a header', 'beryl/recording/2\n'],
    ['a start and an end', nothing],
  ])('to %s is not a success', (_, text) => {
    const report = verifyText(text, { trust: TRUST });
    expect(report.content).not.toBe('equal');
    expect(report.completeness).toBe('unproven');
    expect(report.findings.map(({ name }) => name)).toContain('no-runs');
  });

  it('to nothing at all is not a success', () => {
    expect(verifyTexts([])).toMatchObject({ content: 'withheld', completeness: 'unproven' });
  });

  it('to entries without their content is withheld, never equal', () => {
    const forgery = new Forgery(honest);
    forgery.lines = forgery.lines.filter(({ kind }) => kind !== 'v');
    expect(verifyText(forgery.text)).toMatchObject({ content: 'withheld' });
  });

  it('and whose recorder is not known is unproven', () => {
    expect(verdictOf(verifyText(honest, { trust: NO_RECORDER }))).toBe('equal unproven unknown-recorder');
    expect(verdictOf(verifyText(new Forgery(honest).withoutCheckpoints().text))).toBe(
      'equal unproven no-checkpoint',
    );
  });

  it('and whose peers are not known is of unknown keys', () => {
    const { content, completeness } = verifyText(honest, {});
    expect([content, completeness]).toEqual(['unknown-key', 'unproven']);
    const two = new Map([...TRUST.peers].slice(0, 2));
    expect(verifyText(honest, { trust: { ...TRUST, peers: two } })).toMatchObject({
      content: 'unknown-key',
      completeness: 'complete',
      findings: [{ name: 'unknown-peer', peerId: idOf('carol') }],
    });
  });

  it('honest twin: the whole is complete, and so are two recordings that have all peers between them', async () => {
    expect(verdictOf(verifyText(honest))).toBe('equal complete');
    const halves = [
      await recordWorld({ recorded: ['alice', 'carol'] }),
      await recordWorld({ recorded: ['bob'], origin: 'example.com/bob' }),
    ];
    expect(verdictOf(verifyTexts(halves))).toBe('equal complete');
  });
});
