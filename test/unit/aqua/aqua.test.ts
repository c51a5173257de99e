import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  AquaError,
  call,
  compile,
  declare,
  typescriptOf,
  typeText,
  type AquaType,
} from '../../../aqua/index.ts';
import { functionFrom } from '../../../aqua/compile.ts';
import { loadCompiler } from '../../../aqua/compiler.ts';
import { diagnosticOf } from '../../../aqua/diagnostics.ts';
import { callsIn } from '../../../aqua/failure.ts';
import { fromScript, toScript } from '../../../aqua/values.ts';
import { createSimulation, type Peer } from '../../../peer/index.ts';
import { defineService, fail, startService } from '../../../services/index.ts';
import { seedOf } from '../../support/cast.ts';

const scalar = (name: string): AquaType => ({ kind: 'scalar', name });
const option = (of: AquaType): AquaType => ({ kind: 'option', of });
const POINT: AquaType = {
  kind: 'struct',
  name: 'Point',
  fields: { x: scalar('u8'), y: option(scalar('i8')) },
};

describe('values of programs, as scripts get them', () => {
  it.each<[value: unknown, type: AquaType, script: unknown]>([
    [255, scalar('u8'), 255],
    [-128, scalar('i8'), -128],
    [0.5, scalar('f64'), 0.5],
    ['text', scalar('string'), 'text'],
    [true, scalar('bool'), true],
    [[1, 2], { kind: 'array', of: scalar('u32') }, [1, 2]],
    [null, option(scalar('string')), []],
    [undefined, option(scalar('string')), []],
    ['text', option(scalar('string')), ['text']],
    [['text'], option(scalar('string')), ['text']],
    [[1, 2], option({ kind: 'array', of: scalar('u8') }), [[1, 2]]],
    [{ x: 1 }, POINT, { x: 1, y: [] }],
    [{ x: 1, y: -1 }, POINT, { x: 1, y: [-1] }],
    [7, { kind: 'anything' }, 7],
  ])('%j', (value, type, script) => {
    expect(toScript(value, type, 'f: a')).toEqual(script);
  });

  it.each<[value: unknown, type: AquaType, message: string]>([
    [256, scalar('u8'), 'f: a: expected u8, found 256'],
    [-1, scalar('u64'), 'f: a: expected u64, found -1'],
    [2 ** 53, scalar('i64'), 'f: a: expected i64, found 9007199254740992'],
    [1.5, scalar('u32'), 'f: a: expected u32, found 1.5'],
    [Number.NaN, scalar('f64'), 'f: a: expected f64, found null'],
    ['1', scalar('u8'), 'f: a: expected u8, found "1"'],
    [1, scalar('string'), 'f: a: expected string, found 1'],
    [undefined, scalar('bool'), 'f: a: expected bool, found nothing'],
    ['x', { kind: 'array', of: scalar('string') }, 'f: a: expected []string, found "x"'],
    [[1, 'x'], { kind: 'array', of: scalar('u8') }, 'f: a[1]: expected u8, found "x"'],
    [['a', 'b'], option(scalar('string')), 'f: a: expected ?string, found ["a","b"]'],
    [{ x: 300 }, POINT, 'f: a.x: expected u8, found 300'],
    [{ x: 1, z: 1 }, POINT, 'f: a: `Point` has no field `z`'],
    [Object.create({ x: 1 }), POINT, 'f: a.x: expected u8, found nothing'],
    [null, POINT, 'f: a: expected Point, found null'],
    [() => 1, scalar('u8'), 'f: a: expected u8, found a function'],
  ])('%j is refused', (value, type, message) => {
    expect(() => toScript(value, type, 'f: a')).toThrow(
      expect.objectContaining({ code: 'ERR_AQUA_ARGUMENT', message }),
    );
  });

  it('give options back as the value, or null', () => {
    expect(fromScript([], option(scalar('u8')))).toBe(null);
    expect(fromScript([[3], []], { kind: 'array', of: option(scalar('u8')) })).toEqual([3, null]);
    expect(fromScript({ x: 1, y: [] }, POINT)).toEqual({ x: 1, y: null });
  });
});

describe('what the compiler says', () => {
  it('is read with its place', () => {
    const text =
      '\u001b[36m---- Error: /tmp/a b.aqua:4:6\u001b[0m\n\u001b[36m4\u001b[0m   <- \u001b[36m"x"\u001b[0m\n       \u001b[36m^^^\u001b[0m\n\u001b[36m     Wrong value type\u001b[0m\n';
    expect(diagnosticOf(text, 'error')).toEqual({
      severity: 'error',
      message: 'Wrong value type',
      file: '/tmp/a b.aqua',
      line: 4,
      column: 6,
    });
    expect(diagnosticOf('something else', 'error')).toMatchObject({ message: 'something else', line: 0 });
  });

  it('is an error with all mistakes', async () => {
    const failure: unknown = await compile({ code: 'aqua X\nexport f\nfunc f() -> u32:\n  <- "x"\n' }).catch(
      (found: unknown) => found,
    );
    expect(failure).toBeInstanceOf(AquaError);
    expect(failure).toMatchObject({
      code: 'ERR_AQUA_SOURCE',
      details: { diagnostics: [{ line: 4, column: 6 }, { line: 3 }] },
    });
  });

  it('needs the compiler: without it the error says what to install', async () => {
    await expect(loadCompiler('@nobody/no-compiler')).rejects.toMatchObject({
      code: 'ERR_AQUA_COMPILER',
      message: 'the Aqua compiler is not installed: run `npm install @nobody/no-compiler`',
    });
  });

  it('is not believed: a script that is not valid is refused', () => {
    const funcDef = { arrow: { domain: undefined, codomain: undefined } };
    expect(functionFrom('f', { script: '(null)', funcDef }).script).toBe('(null)');
    for (const script of ['(null', '(ap x y)'])
      expect(() => functionFrom('f', { script, funcDef })).toThrow(
        expect.objectContaining({ code: 'ERR_AQUA_OUTPUT' }),
      );
  });

  it('has no function: the error says so', async () => {
    const program = await compile({ code: 'aqua X\n' });
    expect(program.functions).toEqual({});
    await expect(call({} as Peer, program, 'f')).rejects.toMatchObject({ code: 'ERR_AQUA_FUNCTION' });
  });
});

const CODE = `aqua Main declares *
export echo, both, shout, broken

data Pair:
  left: u32
  right: ?string

service Echo("echo"):
  echo(pair: Pair) -> Pair
  broken() -> u32

func echo(pair: Pair) -> Pair:
  result <- Echo.echo(pair)
  <- result

func both(a: u32, b: ?u32) -> u32, ?u32:
  <- a, b

func shout(text: string, with: string -> string) -> string:
  loud <- with(text)
  <- loud

func broken() -> u32:
  n <- Echo.broken()
  <- n
`;
const anything = z.any();
const echo = defineService({
  id: 'echo',
  functions: {
    echo: { arguments: { pair: anything }, guards: {}, handler: ({ pair }) => pair as never },
    broken: { arguments: {}, guards: {}, handler: () => fail('out of order') },
  },
});

describe('a compiled program', async () => {
  const program = await compile({ code: CODE });
  const simulation = createSimulation({ seed: 1, startMs: 0 });
  const peer = simulation.addPeer({ secretKey: seedOf('alice') });
  const result = async (
    name: string,
    args: readonly unknown[] | Record<string, unknown>,
  ): Promise<unknown> => {
    const called = call(peer, program, name, args, { services: [echo] });
    called.catch(() => undefined);
    await simulation.settle();
    return called;
  };

  it('is called with arguments by position and by name, and gives its results', async () => {
    expect(await result('echo', [{ left: 1, right: 'r' }])).toEqual({ left: 1, right: 'r' });
    expect(await result('echo', { pair: { left: 1 } })).toEqual({ left: 1, right: null });
    expect(await result('both', [1, 2])).toEqual([1, 2]);
    expect(await result('both', [1])).toEqual([1, null]);
  });

  it('calls back', async () => {
    const heard: unknown[] = [];
    const upper = (text: string): string => (heard.push(text), text.toUpperCase());
    expect(await result('shout', ['hi', upper])).toBe('HI');
    expect(heard).toEqual(['hi']);
  });

  it.each<[name: string, args: readonly unknown[] | Record<string, unknown>, message: RegExp]>([
    ['both', ['x'], /^both: a: expected u32, found "x"$/],
    ['both', [1, 2, 3], /^both: expected arguments `a`, `b`, found 3 arguments$/],
    ['both', { a: 1, c: 2 }, /^both: expected arguments `a`, `b`, found `c`$/],
    ['shout', ['hi', 'no function'], /^shout: with: expected a function$/],
    ['nope', [], /^the program exports no function `nope`; it exports .*`both`/],
  ])('%s %j is refused', async (name, args, message) => {
    await expect(call(peer, program, name, args)).rejects.toThrow(message);
  });

  it('fails with the name and line of the Aqua call', async () => {
    await expect(result('broken', [])).rejects.toThrow(
      /^Aqua call `Echo\.broken` \(aqua:24\): .*out of order/s,
    );
  });

  it('finds calls in its text, not in comments', () => {
    expect(
      callsIn('  x <- Blog.post(1) -- Blog.old()\n  Auth("id").ask()', 'f').map(({ text, line }) => [
        text,
        line,
      ]),
    ).toEqual([
      ['Blog.post', 1],
      ['Auth("id").ask', 2],
    ]);
  });

  it('has typed TypeScript', () => {
    const text = typescriptOf(program, 'main.aqua');
    expect(text).toContain(
      'export const both = (peer: Peer, a: number, b: number | null | undefined, options: CallOptions = {}): Promise<[number, number | null]> =>',
    );
    expect(text).toContain('with: ((arg0: string) => string | Promise<string>)');
    expect(text).toContain('"left": number; "right": string | null');
  });

  it('has types that read as Aqua', () => {
    expect(program.functions['shout']?.arguments.map(({ type }) => typeText(type))).toEqual([
      'string',
      'string -> string',
    ]);
    expect(program.services).toMatchObject({});
  });
});

describe('declarations of services', () => {
  it('compile, and say the types', async () => {
    const service = defineService({
      id: 'shop-front',
      functions: {
        order: {
          arguments: {
            items: z.array(z.object({ id: z.string(), count: z.int().min(0) })),
            note: z.string().nullable(),
          },
          guards: {},
          result: z.object({ total: z.number() }),
          handler: () => ({ total: 1 }),
        },
      },
    });
    const text = declare(service as never);
    expect(text).toContain('service ShopFront("shop-front"):');
    expect(text).toContain('  order(items: []ShopFrontOrderItems, note: ⊤) -> ShopFrontOrderResult');
    expect(text).toContain('data ShopFrontOrderItems:\n  id: string\n  count: u64\n');
    const program = await compile({
      code: `aqua M\nexport f\n\n${text}\nfunc f() -> f64:\n  r <- ShopFront.order([], "n")\n  <- r.total\n`,
    });
    expect(Object.keys(program.functions)).toEqual(['f']);
    expect(startService(service).id).toBe('shop-front');
  });
});
