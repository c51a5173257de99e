import { describe, expect, it } from 'vitest';
import { memorySource, MemorySink, openRecording, Recorder, type Recording } from '../../../audit/index.ts';
import { itemsOf } from '../../../audit/recorder/arguments.ts';
import { utf8 } from '../../../base/bytes.ts';
import { createSimulation } from '../../../peer/index.ts';
import { seedOf, withIds } from '../../support/cast.ts';
import { canonicalJson, parseJson, type Json } from '../../../interpreter/index.ts';
import { Forgery, NO_RECORDER, POST, recordWorld, verdictOf, verifyText } from '../../support/recording.ts';

/** A disk that may be full. */
class FullSink extends MemorySink {
  isFull = false;

  override write(lines: string): void {
    if (this.isFull) throw new Error('disk full');
    super.write(lines);
  }
}

const text = await recordWorld();
const open = (recording: string): Recording => openRecording(memorySource(utf8(recording))).recording;

describe('the form of a recording', () => {
  it('reads what the recorder wrote', () => {
    const recording = open(text);
    const entries = Array.from({ length: recording.size }, (_, at) => recording.entryAt(at));
    expect(entries).toEqual(new Forgery(text).entries);
    expect(entries[0]).toMatchObject({ kind: 'start', mode: 'all', values: 'full' });
    expect(entries.at(-1)).toMatchObject({ kind: 'end', counts: { run: 5, request: 2, decision: 2 } });
    expect(recording.tornBytes).toBe(0);
  });

  it('is the same text for the same run', async () => {
    expect(await recordWorld()).toBe(text);
  });

  it('reads lines that are longer than its chunks', () => {
    const long = JSON.stringify('x'.repeat(3_000_000));
    const forgery = new Forgery(text);
    const hash = forgery.addText(long);
    expect(open(forgery.text).text(hash)).toBe(long);
    expect(open(forgery.text).size).toBe(forgery.entries.length);
  });

  it.each([
    ['nothing', '', 'ERR_RECORDING_FORMAT'],
    ['text', 'hello\n', 'ERR_RECORDING_FORMAT'],
    ['a long line without end', 'x'.repeat(3_000_000), 'ERR_RECORDING_FORMAT'],
    [
      'format 1',
      `{"chain":"00","entry":{"kind":"header","format":"beryl/recording/1"}}\n`,
      'ERR_RECORDING_VERSION',
    ],
    ['a later format', 'beryl/recording/3\n', 'ERR_RECORDING_VERSION'],
    ['a line of no kind', 'beryl/recording/2\nz {}\n', 'ERR_RECORDING_LINE'],
    ['an empty line', 'beryl/recording/2\n\n', 'ERR_RECORDING_LINE'],
    ['an entry that is not JSON', 'beryl/recording/2\ne {\n', 'ERR_RECORDING_ENTRY'],
    ['an entry of no kind', 'beryl/recording/2\ne {"kind":"__proto__"}\n', 'ERR_RECORDING_ENTRY'],
    [
      'an entry with a field of its own',
      'beryl/recording/2\ne {"kind":"end","n":0,"time":0,"counts":{},"x":1}\n',
      'ERR_RECORDING_ENTRY',
    ],
    [
      'an entry with a field twice',
      'beryl/recording/2\ne {"kind":"end","n":0,"time":0,"time":0,"counts":{}}\n',
      'ERR_RECORDING_ENTRY',
    ],
    [
      'an entry with white space',
      'beryl/recording/2\ne {"kind":"end","n":0,"time":0,"counts":{} }\n',
      'ERR_RECORDING_ENTRY',
    ],
    ['bytes that are not base64', 'beryl/recording/2\nb $$\n', 'ERR_RECORDING_CONTENT'],
    ['bytes in another spelling', 'beryl/recording/2\nb AB==\n', 'ERR_RECORDING_CONTENT'],
    ['a checkpoint that is not a string', 'beryl/recording/2\nc 1\n', 'ERR_RECORDING_ENTRY'],
  ])('refuses %s', (_, content, code) => {
    expect(() => open(content)).toThrow(expect.objectContaining({ code }));
  });

  it('splits arguments as canonical JSON has them', () => {
    for (const items of [[], ['[1,2]'], ['"a,\\"b]"', '{"k":[",",{"x":"}"}]}', '1.5', '"\\\\"', 'null']])
      expect(itemsOf(canonicalJson(parseJson(`[${items.join(',')}]`) as Json))).toEqual(items);
  });
});

describe('the recorder', () => {
  it('writes as it happens: what is in the sink after each event is whole lines that read', async () => {
    const sizes = new Set<number>();
    const sink = new MemorySink();
    const watching = {
      write(lines: string): void {
        sink.write(lines);
        expect(lines.endsWith('\n')).toBe(true);
        sizes.add(open(sink.text()).size);
      },
    };
    const recorder = new Recorder({ sink: watching, origin: 'x' });
    recorder.refused({
      peerId: 'p',
      stage: 'admission',
      from: 'q',
      particle: { id: 'i', initPeerId: 'q', signature: new Uint8Array(64) },
      code: 'ERR_PARTICLE_ID',
      message: 'no',
    });
    recorder.end();
    expect([...sizes]).toEqual([1, 3, 4]);
  });

  it('in mode `off` writes nothing', async () => {
    expect(await recordWorld({ mode: 'off' })).toBe('');
  });

  it('stops for good when its sink fails, and says so', () => {
    const sink = new FullSink();
    const recorder = new Recorder({ sink, origin: 'x' });
    sink.isFull = true;
    expect(() => recorder.addPeer({ peerId: 'p' })).toThrow('disk full');
    sink.isFull = false;
    expect(() => recorder.addPeer({ peerId: 'q' })).toThrow(
      expect.objectContaining({ code: 'ERR_RECORDING_CLOSED' }),
    );
    expect(open(sink.text()).size).toBe(1);
  });

  it('stops for good when an event that waited cannot be written: the next one says so', () => {
    const sink = new FullSink();
    const recorder = new Recorder({ sink, origin: 'x' });
    const refusal = {
      peerId: 'p',
      stage: 'admission',
      from: 'q',
      particle: { id: 'x', initPeerId: 'q', signature: new Uint8Array(64) },
      code: 'c',
      message: 'm',
    } as const;
    sink.isFull = true;
    recorder.refused(refusal);
    expect(recorder.counts).toMatchObject({ start: 1 });
    sink.isFull = false;
    expect(() => recorder.refused(refusal)).toThrow(
      expect.objectContaining({ code: 'ERR_RECORDING_CLOSED' }),
    );
    expect(open(sink.text()).size).toBe(1);
  });

  it('writes nothing after the end', () => {
    const sink = new MemorySink();
    const recorder = new Recorder({ sink, origin: 'x' });
    recorder.end();
    const before = sink.text();
    recorder.addPeer({ peerId: 'p' });
    recorder.end();
    expect(sink.text()).toBe(before);
  });

  it('names the decision of an answer that was stored meanwhile, and is another object', async () => {
    const sink = new MemorySink();
    const recorder = new Recorder({ sink, origin: 'x' });
    const simulation = createSimulation({ seed: 1, startMs: 1_700_000_000_000 });
    const alice = simulation.addPeer({
      secretKey: seedOf('alice'),
      observer: {
        step: ({ input, ...step }) =>
          recorder.step({ ...step, input: { ...input, callResults: structuredClone(input.callResults) } }),
        call: event => recorder.call(event),
      },
    });
    alice.run(withIds('(call "alice" ("op" "identity") [1] x)')).done.catch(() => undefined);
    await simulation.settle();
    recorder.end();
    const { results } = new Forgery(sink.text()).all('run').at(-1) ?? { results: [] };
    expect(results).toEqual([[1, new Forgery(sink.text()).all('decision')[0]?.n]]);
    expect(verdictOf(verifyText(sink.text(), { trust: NO_RECORDER }))).toBe('equal unproven no-checkpoint');
  });

  it('keeps content once', async () => {
    const twice = await recordWorld({ scripts: [POST, POST] });
    const contents = new Forgery(twice).lines
      .filter(({ kind }) => kind === 'v')
      .map(({ payload }) => payload);
    expect(new Set(contents).size).toBe(contents.length);
  });
});
