import { describe, expect, test } from 'vitest';
import { builtins } from '../../../../services/index.ts';
import { parseJson, toJsonValue } from '../../../../interpreter/index.ts';
import type { JsonValue } from '../../../../interpreter/index.ts';
import { START_MS, VirtualClock, settle, textOf, world } from '../harness.ts';

const clock = new VirtualClock();
const it = world(builtins({ clock, version: 'beryl-test' }), { clock });

/** Calls `service.fn` with the arguments of a JSON text, lossless. */
async function run(name: string, argumentsJson: string) {
  const [service = '', fn = ''] = name.split('.');
  const values = toJsonValue(parseJson(argumentsJson)) as JsonValue[];
  return it.call({ service, fn, args: values.map(value => ({ value })), argumentsJson });
}

describe('answers', () => {
  test.each([
    ['op.noop', '[1,2]', 'null'],
    ['op.identity', '[{"a":1.0}]', '{"a":1.0}'],
    ['op.identity', '[]', 'null'],
    ['op.array', '[1,1.0,"x"]', '[1,1.0,"x"]'],
    ['op.array', '[]', '[]'],
    ['op.array_length', '[[1,2,3]]', '3'],
    ['op.concat', '[[1],[],[2.0,3]]', '[1,2.0,3]'],
    ['op.concat_strings', '["a","","b"]', '"ab"'],
    ['op.string_to_b58', '["test"]', '"3yZe7d"'],
    ['op.string_from_b58', '["3yZe7d"]', '"test"'],
    ['op.bytes_to_b58', '[[116,101,115,116]]', '"3yZe7d"'],
    ['op.bytes_from_b58', '["3yZe7d"]', '[116,101,115,116]'],
    ['op.sha256_string', '["hello, world!"]', '"QmVQ8pg6L1tpoWYeq6dpoWqnzZoSLCh7E96fCFXKvfKD3u"'],
    ['math.add', '[2,-5]', '-3'],
    ['math.add', '[0.5,0.25]', '0.75'],
    ['math.add', '[0.5,0.5]', '1'],
    ['math.add', '[9007199254740991,2]', '9007199254740993'],
    ['math.sub', '[2,5]', '-3'],
    ['math.sub', '[0,-9223372036854775807]', '9223372036854775807'],
    ['math.mul', '[-3,7]', '-21'],
    ['math.mul', '[3037000500,3037000499]', '9223372033963249500'],
    ['math.fmul', '[10,0.66]', '6'],
    ['math.fmul', '[-10,0.66]', '-7'],
    ['math.log', '[2,4]', '2'],
    ['math.log', '[10,999]', '2'],
    ['math.log', '[10,1000]', '3'],
    ['math.div', '[2,3]', '0'],
    ['math.div', '[-7,2]', '-3'],
    ['math.rem', '[-7,2]', '-1'],
    ['math.pow', '[2,62]', '4611686018427387904'],
    ['math.pow', '[-1,1000000001]', '-1'],
    ['math.pow', '[-1,1000000000]', '1'],
    ['math.pow', '[0,0]', '1'],
    ['cmp.gt', '[2,1]', 'true'],
    ['cmp.gte', '[1,1]', 'true'],
    ['cmp.lt', '[9007199254740992,9007199254740993]', 'true'],
    ['cmp.lte', '[1.5,1]', 'false'],
    ['cmp.cmp', '[2,-4]', '1'],
    ['cmp.cmp', '[-4,2]', '-1'],
    ['cmp.cmp', '[1,1]', '0'],
    ['array.sum', '[[1,2,3]]', '6'],
    ['array.sum', '[[]]', '0'],
    ['array.sum', '[[0.5,1]]', '1.5'],
    ['array.dedup', '[["a","a","b","c","a","b","c"]]', '["a","b","c"]'],
    ['array.dedup', '[[{"a":1,"b":2},{"b":2,"a":1},1,1.0]]', '[{"a":1,"b":2},1,1.0]'],
    ['array.intersect', '[["a","b","c"],["c","b","d"]]', '["b","c"]'],
    ['array.diff', '[["a","b","c"],["c","b","d"]]', '["a"]'],
    ['array.sdiff', '[["a","b","c"],["c","b","d"]]', '["a","d"]'],
    ['array.slice', '[[0,1.0,2,3],1,3]', '[1.0,2]'],
    ['array.slice', '[[],5,3]', '[]'],
    ['array.length', '[[1,2]]', '2'],
    ['json.obj', '["a",10,"b","string","c",null]', '{"a":10,"b":"string","c":null}'],
    ['json.obj', '["a",1,"a",1.0]', '{"a":1.0}'],
    ['json.put', '[{"a":1.0},"b",2]', '{"a":1.0,"b":2}'],
    ['json.puts', '[{"a":1},"b",2,"a",3]', '{"a":3,"b":2}'],
    ['json.obj_pairs', '[[["a",1],["b",2]]]', '{"a":1,"b":2}'],
    ['json.puts_pairs', '[{"c":0},[["a",1]]]', '{"a":1,"c":0}'],
    ['json.parse', '["{\\"a\\": 1.0}"]', '{"a":1.0}'],
    ['json.stringify', '[{"b":1.0,"a":null}]', '"{\\"a\\":null,\\"b\\":1.0}"'],
    ['debug.stringify', '[{"a":1.0}]', '"{\\"a\\":1.0}"'],
    ['debug.stringify', '[1,"x"]', '"[1,\\"x\\"]"'],
    ['debug.stringify', '[]', '"\\"<empty argument list>\\""'],
    [
      'peer.identify',
      '[]',
      '{"air_version":"0.62","allowed_binaries":[],"external_addresses":[],"node_version":"beryl-test","spell_version":"","vm_info":null}',
    ],
    ['peer.timestamp_ms', '[]', String(START_MS)],
    ['peer.timestamp_sec', '[]', String(START_MS / 1000)],
  ])('%s %s = %s', async (name, argumentsJson, resultJson) => {
    expect((await run(name, argumentsJson)).result).toEqual({ retCode: 0, resultJson });
  });
});

describe('failures', () => {
  test.each([
    ['op.string_from_b58', '["0"]', 'decode base58 failed: not base58'],
    ['op.string_from_b58', '["5Q"]', 'decode from bytes to UTF8 failed: not UTF-8'],
    ['math.add', '[9223372036854775807,1]', 'i64 add overflow'],
    ['math.sub', '[0,-9223372036854775808]', 'i64 neg overflow'],
    ['math.mul', '[9223372036854775807,2]', 'i64 mul overflow'],
    ['math.div', '[1,0]', 'i64 div overflow'],
    ['math.div', '[-9223372036854775808,-1]', 'i64 div overflow'],
    ['math.rem', '[1,0]', 'i64 rem overflow'],
    ['math.pow', '[2,63]', 'i64 pow overflow'],
    ['math.pow', '[2,9223372036854775807]', 'i64 pow overflow'],
    ['math.pow', '[2,-1]', 'i64 pow overflow'],
    ['math.log', '[1,5]', 'i64 log overflow'],
    ['math.log', '[2,0]', 'i64 log overflow'],
    ['array.sum', '[[9223372036854775807,1]]', 'i64 add overflow'],
    [
      'array.slice',
      '[[1,2],1,3]',
      'slice indexes out of bounds. start index: 1, end index: 3, array length: 2',
    ],
    [
      'array.slice',
      '[[1,2],2,1]',
      'slice indexes out of bounds. start index: 2, end index: 1, array length: 2',
    ],
    ['json.obj', '["a"]', 'expected a value for each key, got 1 keys and values'],
    ['json.obj', '[1,2]', 'all keys must be of type string, found 1'],
    ['math.add', '[1,2,3]', '`math.add`: takes 2 arguments, got 3'],
    ['math.add', '[1,"2"]', '`math.add`: argument `y`: Invalid input'],
    [
      'json.put',
      '[[],"a",1]',
      '`json.put`: argument `object`: Invalid input: expected record, received array',
    ],
  ])('%s %s: %s', async (name, argumentsJson, text) => {
    expect(textOf(await run(name, argumentsJson))).toBe(text);
  });

  test('json.parse says what is wrong', async () => {
    expect(textOf(await run('json.parse', '["{"]'))).toMatch(/^error parsing json \{: ./);
  });
});

test('sha256_string: digest alone, and as bytes', async () => {
  const short = await run('op.sha256_string', '["hello, world!",true,true]');
  const long = await run('op.sha256_string', '["hello, world!",false,true]');
  const bytesOf = (decision: typeof short) =>
    'resultJson' in decision.result ? (JSON.parse(decision.result.resultJson) as number[]) : [];
  expect(bytesOf(short)).toHaveLength(32);
  expect(bytesOf(long)).toEqual([0x12, 0x20, ...bytesOf(short)]);
});

describe('peer.timeout', () => {
  test('answers with the message, after the time', async () => {
    const own = new VirtualClock();
    const peer = world(builtins({ clock: own }), { clock: own });
    const ended: string[] = [];
    const start = (ms: number | string, message: string) =>
      peer
        .call({ service: 'peer', fn: 'timeout', args: [{ value: ms }, { value: message }] })
        .then(decision => ended.push('resultJson' in decision.result ? decision.result.resultJson : ''));
    const slow = start(1000, 'slow');
    const fast = start('10', 'fast');
    await own.advance(9);
    expect(ended).toEqual([]);
    await own.advance(1);
    expect(ended).toEqual(['"fast"']);
    await own.advance(990);
    expect(ended).toEqual(['"fast"', '"slow"']);
    await Promise.all([slow, fast]);
  });

  test('leaves no timer behind when the particle expires', async () => {
    const own = new VirtualClock();
    const peer = world(builtins({ clock: own }), { clock: own });
    const pending = peer.call({ service: 'peer', fn: 'timeout', args: [{ value: 1e9 }] });
    await settle();
    expect(own.pending).toBe(2);
    await own.advance(10_000);
    expect((await pending).kind).toBe('failed');
    expect(own.pending).toBe(0);
  });
});
