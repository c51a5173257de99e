import { describe, expect, it } from 'vitest';
import { memorySource, redact, replay, VALUE_ROLES } from '../../../audit/index.ts';
import { utf8 } from '../../../base/bytes.ts';
import { idOf } from '../../support/cast.ts';
import {
  FORGED_POST,
  Forgery,
  hashOf,
  POST,
  recordWorld,
  verdictOf,
  verifyText,
} from '../../support/recording.ts';

const SECRET = POST.replace('"hello"', 'status');
const both = [SECRET, FORGED_POST];

describe('mode `anomalies`', () => {
  it('writes nothing of what went well', async () => {
    const kinds = new Forgery(await recordWorld({ scripts: [POST], mode: 'anomalies' })).entries.map(
      ({ kind }) => kind,
    );
    expect(kinds).toEqual(['start', 'peer', 'peer', 'peer', 'end']);
  });

  it('writes a denied call with the run that asked for it, which runs again by itself', async () => {
    const text = await recordWorld({ scripts: [POST, FORGED_POST], mode: 'anomalies' });
    const forgery = new Forgery(text);
    expect(forgery.all('decision').map(({ outcome }) => outcome)).toEqual(['denied']);
    expect(forgery.all('run').map(({ peer }) => peer)).toEqual([3]);
    expect(replay(memorySource(utf8(text)))).toMatchObject({ equal: true, runs: 1, calls: 1 });
    const report = verifyText(text);
    expect(report).toMatchObject({ content: 'equal', completeness: 'unproven' });
    expect(report.gaps.map(({ name }) => name)).toContain('mode');
  });

  it('writes a refused run with its data', async () => {
    const text = await recordWorld({
      mode: 'anomalies',
      prepare: ({ network }) =>
        void network.intercept(({ particle }) => [{ ...particle, data: Uint8Array.of(1, 2, 3) }]),
    });
    const forgery = new Forgery(text);
    expect(forgery.all('refusal')).toEqual([
      expect.objectContaining({ stage: 'verification', from: idOf('alice') }),
    ]);
    expect(forgery.lines).toContainEqual({ kind: 'b', payload: 'AQID' });
    expect(replay(memorySource(utf8(text)))).toMatchObject({ equal: true, runs: 1 });
  });
});

describe('withheld values', () => {
  it('are not written in mode `hashes`; the rest is checked, and nothing is called equal', async () => {
    const text = await recordWorld({ scripts: both, values: 'hashes' });
    expect(text).not.toContain('is_misbehaving');
    expect(text).not.toMatch(/^b /m);
    const report = verifyText(text);
    expect(report).toMatchObject({ content: 'withheld', completeness: 'complete' });
    expect(report.notChecked.map(({ name }) => name)).toEqual(expect.arrayContaining(['withheld', 'runs']));
    // What needs no values is checked all the same.
    const forged = new Forgery(text).change('decision', entry => ({
      ...entry,
      outcome: 'failed',
      stage: 'handler',
    }));
    expect(verifyText(forged.text).content).toBe('tampered');
  });

  it('can be taken out afterwards: the proof of everything else stands', async () => {
    const text = await recordWorld({ scripts: both });
    const parts: string[] = [];
    const count = redact(memorySource(utf8(text)), { roles: VALUE_ROLES }, lines => void parts.push(lines));
    const redacted = parts.join('');
    expect(count).toBeGreaterThan(3);
    expect(redacted).not.toContain('is_misbehaving');
    expect(new Forgery(redacted).entries).toEqual(new Forgery(text).entries);
    const report = verifyText(redacted);
    expect(verdictOf(report)).toBe('withheld complete withheld');
    expect(report.recordings[0]?.trustedEntries).toBe(new Forgery(text).entries.length);
  });

  it('one value: what does not need it runs again', async () => {
    const text = await recordWorld({ scripts: both });
    const result = new Forgery(text).all('decision')[1]?.answer;
    const hash = result !== undefined && 'result' in result ? result.result : '';
    const parts: string[] = [];
    expect(redact(memorySource(utf8(text)), { hashes: [hash] }, lines => void parts.push(lines))).toBe(1);
    const report = verifyText(parts.join(''));
    expect(report.content).toBe('withheld');
    expect(report.recordings[0]?.rerun).toBeGreaterThan(7);
    expect(report.particles.map(({ content }) => content)).toEqual(['withheld', 'equal']);
  });

  it('that are not there cannot be taken out', async () => {
    const source = memorySource(utf8(await recordWorld()));
    expect(() => redact(source, { hashes: [hashOf('x')] }, () => undefined)).toThrow(
      expect.objectContaining({ code: 'ERR_RECORDING_CONTENT' }),
    );
  });
});
