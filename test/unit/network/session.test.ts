import { describe, expect, it } from 'vitest';
import { MemorySink, type RecordingSink } from '../../../audit/index.ts';
import { sessionOf } from '../../support/cli.ts';

const respond = (values: string): string => `(call %init_peer_id% ("callbackSrv" "response") [${values}])`;
const open = (sink?: RecordingSink) =>
  sessionOf({ init: 'a', clock: 'virtual', peers: { a: {}, 'b\u001b': {} } }, {}, sink);

describe('Session', () => {
  it.each([
    ['', 'null'],
    ['1', '1'],
    ['1.0', '1.0'],
    ['[]', '[]'],
    ['1 2.0', '[1,2.0]'],
  ])('the response of [%s] is %s', async (values, json) => {
    expect((await (await open()).run(respond(values), { file: 's' })).responseJson).toBe(json);
  });

  it('takes the first response', async () => {
    const report = await (await open()).run(`(seq ${respond('1')} ${respond('2')})`, { file: 's' });
    expect(report.responseJson).toBe('1');
  });

  it('shows names for ids, and makes them printable', async () => {
    const session = await open();
    const [, id = ''] = [...session.peerIds.values()];
    expect(session.nameOf(id)).toBe('b\\u{1b}');
    expect(session.withNames(`<${id}>`)).toBe('<b\\u{1b}>');
    expect(session.nameOf('nobody')).toBeUndefined();
  });

  it('reports each script alone, and keeps recording', async () => {
    const session = await open(new MemorySink());
    const first = await session.run(respond('1'), { file: 's' });
    const runs = session.recorder?.counts['run'] ?? 0;
    expect((await open()).recorder).toBeUndefined();
    const second = await session.run(respond('2'), { file: 's' });
    expect(second.steps.length).toBe(first.steps.length);
    expect(runs).toBeGreaterThan(0);
    expect(session.recorder?.counts['run']).toBe(2 * runs);
  });
});
