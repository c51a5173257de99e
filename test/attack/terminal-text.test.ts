import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { beryl, folderOf, ROOT } from '../support/cli.ts';

// Goal:    make a terminal lie: move its cursor, clear it, turn text around, write a line that passes for the tool's own.
// Means:   control characters, marks of direction and line ends in names, values, errors and files that the tool shows.
// Refused: `printable` in every output; text of several lines is indented under its heading.
const HOSTILE = '\u001b[2J\u009b2J\r\noutcome: ok\u202e\u200b\u2028\u{e0041}';
const INDEX = JSON.stringify(join(ROOT, 'dist/services/index.js'));
const text = JSON.stringify(HOSTILE);
const folder = folderOf({
  'network.json': JSON.stringify({
    init: HOSTILE,
    clock: 'virtual',
    peers: {
      [HOSTILE]: {},
      b: { services: [{ kind: 'module', path: './hostile.mjs' }] },
    },
    variables: { value: HOSTILE },
  }),
  'hostile.mjs': `import { defineService } from ${INDEX};
    const f = handler => ({ arguments: {}, guards: {}, handler });
    export default defineService({ id: ${text}, state: { kept: [] }, functions: {
      answer: f(() => ${text}),
      throws: f(() => { throw new Error(${text}) }),
      keeps: f((_, { state }) => void state.kept.push(${text})),
    } });`,
  'throws.json': '{"init":"a","peers":{"a":{"services":[{"kind":"module","path":"./throws.mjs"}]}}}',
  'throws.mjs': `export default () => { throw new Error(${text}) }`,
  'bad.json': `{"init":${text},"peers":{}}`,
  'bad.air': `(${HOSTILE}`,
  'hostile.beryl': HOSTILE,
});
const at = (name: string): string => join(folder, name);
const call = (fn: string): string => `(call b ("${HOSTILE}" "${fn}") [value] x)`;

/** What a terminal may get: line feeds, and characters that show. */
const isSafe = (shown: string): boolean =>
  !/[^\P{C}\n]|[\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(shown);

const WAYS: readonly (readonly [string, string[], string])[] = [
  [
    'a service that throws',
    ['run', '-', '-n', at('network.json'), '--verbose'],
    call('throws').replace('[value]', '[]'),
  ],
  ['an answer', ['run', '-', '-n', at('network.json'), '--json'], call('answer').replace('[value]', '[]')],
  ['arguments that are refused', ['run', '-', '-n', at('network.json'), '--json'], call('answer')],
  ['an error of the script', ['run', '-', '-n', at('network.json'), '--json'], `(fail 1 "${HOSTILE}")`],
  [
    'a peer that is missing',
    ['run', '-', '-n', at('network.json'), '--json'],
    `(call "${HOSTILE}" ("s" "f") [])`,
  ],
  ['a script', ['run', at('bad.air'), '-n', at('network.json')], ''],
  ['the name of a script', ['run', `/${HOSTILE}`, '-n', at('network.json')], ''],
  ['a network file', ['run', '-', '-n', at('bad.json'), '--json'], '(null)'],
  ['a module', ['run', '-', '-n', at('throws.json'), '--json'], '(null)'],
  ['a recording', ['replay', at('hostile.beryl'), '--json'], ''],
  ['a receipt', ['verify', at('hostile.beryl')], ''],
  ['a command line', ['run', `--${HOSTILE}`, '--json'], ''],
  ['a command', [HOSTILE], ''],
  [
    'a session at the prompt',
    ['repl', '-n', at('network.json')],
    [
      call('keeps')
        .replace('[value]', '[]')
        .replaceAll(/[\r\n]/g, ' '),
      ':services',
      ':calls',
      ':peers',
      ':trace',
      `:${HOSTILE}`,
      `:record /${HOSTILE}`,
      call('answer')
        .replace('[value]', '[]')
        .replaceAll(/[\r\n]/g, ' '),
      'x',
      ':why x',
      ':origins',
      ':step',
      ':step 9',
      ':explain',
      ':fmt',
      ':help \u001b[2J',
      ':set \u001b[2J 1',
      ':set note \u001b[2J\u202e',
      ':service b greeter {"\u009b2J": "\u202e"}',
      ':services',
      ':tamper value \u001b[2J \u202e',
      ':refused',
      ':as \u202e',
      ':open /\u001b[2J',
    ].join('\n'),
  ],
];

describe('text of others', () => {
  it.each(WAYS)('%s', (_, args, script) => {
    const { stdout, stderr, code } = beryl(args, script);
    expect(stdout + stderr).not.toBe('');
    expect(isSafe(stdout)).toBe(true);
    expect(isSafe(stderr)).toBe(true);
    // Only the tool itself begins a line so; none of these runs is ok but those that answer.
    const lines = `${stdout}\n${stderr}`.split('\n').filter(line => line.startsWith('outcome: ok'));
    const isOk = code === 0 ? 1 : 0;
    expect(lines.length).toBeLessThanOrEqual(isOk);
  });

  it('honest twin: text in any language is shown as it is', () => {
    const { stdout, stderr } = beryl(
      ['run', '-', '-n', at('network.json'), '--json'],
      '(call %init_peer_id% ("callbackSrv" "response") ["Größe 東京 שלום 😀"])',
    );
    expect(stderr).toContain('response: "Größe 東京 שלום 😀"');
    expect(JSON.parse(stdout)).toMatchObject({ response: 'Größe 東京 שלום 😀' });
  });
});
