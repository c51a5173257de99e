import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { beryl, folderOf, ROOT } from '../support/cli.ts';

const example = (path: string): string => join(ROOT, 'examples', path);
const run = (script: string, network: string, ...more: string[]) =>
  beryl(['run', example(script), '--network', example(network), ...more]);

describe('beryl run', () => {
  it.each([
    ['accepts the honest post', '01-honest-post/script.air', '01-honest-post/network.json', 0, 'ok', ''],
    [
      'refuses altered data',
      '02-man-in-the-middle/script.air',
      '02-man-in-the-middle/network.json',
      5,
      'refused',
      'ERR_RUN_8',
    ],
    ['refuses a replay', '03-replay/script.air', '03-replay/network.json', 5, 'refused', 'ERR_RUN_9'],
    [
      'denies the wrong service',
      '04-wrong-service/script.air',
      '04-wrong-service/network.json',
      4,
      'denied',
      'ERR_CALL_DENIED_GUARD',
    ],
  ])('%s', (_, script, network, exitCode, outcome, code) => {
    const end = run(script, network, '--json');
    expect(end.code).toBe(exitCode);
    expect(JSON.parse(end.stdout)).toMatchObject({ outcome, exitCode, code });
    expect(end.stderr).toContain(`outcome: ${outcome}`);
  });

  it('prints nothing but JSON on stdout, and nothing at all without --json', () => {
    expect(run('01-honest-post/script.air', '01-honest-post/network.json').stdout).toBe('');
    const { state } = JSON.parse(
      run('01-honest-post/script.air', '01-honest-post/network.json', '--json').stdout,
    ) as { state: object };
    expect(state).toMatchObject({
      'blog/blogSrv': { posts: [{ id: 1, text: 'Beryl proves where every value came from' }] },
    });
  });

  it('shows every hop with its trace and tetraplets with --verbose', () => {
    const { stderr } = run('01-honest-post/script.air', '01-honest-post/network.json', '--verbose');
    expect(stderr).toContain('hop 1 at author');
    expect(stderr).toMatch(/site \d+: ok `authSrv.get_status` by auth = \{"is_admin":true/);
    expect(stderr).toContain('argument 2: from (auth, authSrv, get_status, .$.is_admin)');
  });

  it('gives the same output every time', () => {
    expect(run('01-honest-post/script.air', '01-honest-post/network.json', '--json')).toEqual(
      run('01-honest-post/script.air', '01-honest-post/network.json', '--json'),
    );
  });
});

const NETWORK = '{"init":"a","peers":{"a":{},"b":{}}}';

/** Every mistake gives its exit code and its error code, and never a stack trace. */
describe('mistakes at the terminal', () => {
  const cases: [name: string, script: string, network: string, exitCode: number, text: string | RegExp][] = [
    ['script: not AIR', '(call', NETWORK, 2, 'ERR_AIR_SYNTAX'],
    ['script: open quote', '(ap "x y)', NETWORK, 2, 'ERR_AIR_LEXICAL'],
    ['script: breaks a rule', '(fail 0 "m")', NETWORK, 2, 'error code 0 with fail is unsupported'],
    [
      'script: unknown name',
      '(call nobody ("s" "f") [])',
      NETWORK,
      2,
      /ERR_CLI_VARIABLE: the script uses `nobody`.*known are a, b/,
    ],
    ['script: fails', '(fail 1 "no")', NETWORK, 1, 'outcome: script-error'],
    ['script: no such service', '(call a ("s" "f") [])', NETWORK, 1, 'ERR_SERVICE_UNKNOWN'],
    ['network: no such peer', '(call "nobody" ("s" "f") [])', NETWORK, 3, 'no peer `nobody` on this network'],
    ['network file: not JSON', '(null)', '{', 2, 'ERR_CLI_NETWORK_FILE'],
    ['network file: unknown key', '(null)', '{"init":"a","peers":{"a":{}},"x":1}', 2, /Unrecognized key/],
    [
      'network file: init is not a peer',
      '(null)',
      '{"init":"z","peers":{"a":{}}}',
      2,
      'unknown peer `z`; did you mean `a`? peers are a',
    ],
    [
      'network file: bad seed',
      '(null)',
      '{"init":"a","peers":{"a":{"seed":"00"}}}',
      2,
      'peers.a.seed: a seed is 64 hex digits',
    ],
    [
      'network file: no such module',
      '(null)',
      '{"init":"a","peers":{"a":{"services":[{"kind":"module","path":"./x.mjs"}]}}}',
      2,
      'ERR_CLI_MODULE',
    ],
  ];
  it.each(cases)('%s', (_, script, network, exitCode, text) => {
    const folder = folderOf({ 'script.air': script, 'network.json': network });
    const end = beryl(['run', join(folder, 'script.air'), '--network', join(folder, 'network.json')]);
    expect(end.stderr).toMatch(
      text instanceof RegExp ? text : new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')),
    );
    expect(end.stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
    expect(end.code).toBe(exitCode);
  });

  it.each([
    [
      ['run', '/nowhere.air', '--network', '/nowhere.json'],
      2,
      'ERR_CLI_FILE: cannot read `/nowhere.air`: no such file or folder',
    ],
    [['run', 'x.air'], 2, 'ERR_CLI_COMMAND: give either `--network <file>` or `--peer <address>`'],
    [['fly'], 2, "unknown command 'fly'"],
    [['replay', '/nowhere'], 2, 'ERR_CLI_FILE'],
  ])('%j', (args, exitCode, text) => {
    const end = beryl(args);
    expect(end.stderr).toContain(text);
    expect(end.code).toBe(exitCode);
  });

  it('--help names the exit codes', () => {
    const end = beryl(['--help']);
    expect(end.code).toBe(0);
    expect(end.stdout).toContain('4  a peer');
    expect(end.stdout).toContain('a recording has no run to replay');
  });

  it('--help groups every command by job, and shows examples that exist', () => {
    const { stdout } = beryl(['--help']);
    const headings = ['Start:', 'Run:', 'Scripts and policies:', 'Audit and prove:', 'Peers and keys:'];
    const groups = headings.map(heading => {
      const [, body = ''] = stdout.split(`\n${heading}\n`);
      return [...(body.split('\n\n')[0] ?? '').matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name);
    });
    expect(groups).toEqual([
      ['new', 'completion'],
      ['run', 'repl', 'demo', 'mcp'],
      ['policy', 'lsp', 'check', 'compile', 'fmt', 'explain', 'lint'],
      ['replay', 'receipt', 'evidence', 'verify', 'view', 'audit'],
      ['peer', 'store', 'keys', 'deny-list', 'bus'],
    ]);
    const [, examples = ''] = stdout.split('Examples:');
    for (const [page] of examples.matchAll(/docs\/[a-z-]+\.md/g))
      expect(existsSync(join(ROOT, page))).toBe(true);
  });

  it.each(['run', 'verify', 'audit verify', 'compile'])('%s --help shows no empty default', name => {
    expect(beryl([...name.split(' '), '--help']).stdout).not.toContain('default: []');
  });
});

describe('beryl run --record, beryl replay', () => {
  const record = (): string => {
    const folder = folderOf({});
    const file = join(folder, 'run.beryl');
    run('01-honest-post/script.air', '01-honest-post/network.json', '--record', file);
    return file;
  };

  it('replays to equal bytes', () => {
    const end = beryl(['replay', record()]);
    expect(end.stderr).toMatch(/^replayed \d+ runs and \d+ calls: equal to the byte\n$/);
    expect(end.code).toBe(0);
  });

  it('names the first difference after one changed byte', () => {
    const text = readFileSync(record(), 'utf8');
    const at = text.lastIndexOf('"data":"') + 10;
    const changed = text.slice(0, at) + (text[at] === 'a' ? 'b' : 'a') + text.slice(at + 1);
    const end = beryl(['replay', join(folderOf({ 'run.beryl': changed }), 'run.beryl')]);
    expect(end.stderr).toMatch(
      /^the replay differs: entry \d+: `data` was recorded as [0-9a-f]{64}, running it again gives/,
    );
    expect(end.code).toBe(5);
  });

  it.each([
    ['no recording', 'hello', 2, 'ERR_RECORDING_FORMAT'],
    ['empty', '', 2, 'ERR_RECORDING_FORMAT'],
    ['of format 1', '{"chain":"0","entry":{}}\n', 2, 'ERR_RECORDING_VERSION'],
  ])('refuses what is %s', (_, text, exitCode, code) => {
    const end = beryl(['replay', join(folderOf({ f: text }), 'f')]);
    expect(end.stderr).toContain(code);
    expect(end.code).toBe(exitCode);
  });
});

describe('beryl repl', () => {
  it('runs a piped session', () => {
    const session = [
      ':peers',
      '(seq',
      '  (call auth (authSrv "get_status") [] status)',
      '  (call blog (blogSrv "add_post") [text status.$.is_admin]))',
      ':calls',
      ':why 9 2',
      ':trace',
      ':tamper value "is_admin":true "is_admin":null',
      '(seq (call auth (authSrv "get_status") [] s) (call blog (blogSrv "add_post") [text s.$.is_admin]))',
      ':tamper off',
      '(ap',
      '  unknown x)',
      ':services',
      ':fly',
      ':quit',
      '(null)',
    ];
    const { stdout, stderr, code } = beryl(['repl'], session.join('\n'));
    // Refused by verification: the gravest of what failed.
    expect(code).toBe(5);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^author {7}12D3KooW/);
    expect(stdout).toContain('blog: `blogSrv.add_post`');
    expect(stdout).toContain('unknown call 9: calls are 1 to 2');
    expect(stdout).toMatch(/blog: code 0\n {4}site/);
    expect(stdout).toContain('blog: refused what auth sent (verification, ERR_RUN_8)');
    expect(stdout).toContain('ERR_CLI_VARIABLE: the script uses `unknown`');
    expect(stdout).toContain('{"posts":[{"id":1');
    expect(stdout).toContain('unknown command `:fly`; :help lists them');
  });

  it(':why shows the origin of an argument, all the way down', () => {
    const { stdout } = beryl(
      ['repl'],
      '(seq (call auth (authSrv "get_status") [] s) (call blog (blogSrv "add_post") [text s.$.is_admin]))\n:calls\n:why 7 2\n',
    );
    const [number] = /(\d+)\. blog `blogSrv.add_post`/.exec(stdout)?.slice(1) ?? [];
    const again = beryl(
      ['repl'],
      `(seq (call auth (authSrv "get_status") [] s) (call blog (blogSrv "add_post") [text s.$.is_admin]))\n:why ${number} 2\n`,
    );
    expect(again.stdout).toMatch(/\(auth, authSrv, get_status, \.\$\.is_admin\) record [0-9a-f]{16}…/);
  });
});

describe('beryl demo', () => {
  it('exits 0: all cases behaved as expected', () => {
    const { code, stdout } = beryl(['demo']);
    expect(stdout).toContain('all cases behaved as expected');
    expect(stdout).not.toContain('✗');
    expect(code).toBe(0);
  });
});
