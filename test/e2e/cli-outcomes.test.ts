import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { beryl, folderOf, ROOT, type CliEnd } from '../support/cli.ts';

const HONEST = join(ROOT, 'examples/01-honest-post');
const NETWORK =
  '{"init":"a","clock":"virtual","peers":{"a":{},"b":{"services":[{"kind":"blog","auth":"a"}]}}}';
const folder = folderOf({
  'network.json': NETWORK,
  'bom.air': '\ufeff(null)',
  'bom.json': `\ufeff${NETWORK}`,
  'crash.json': '{"init":"a","peers":{"a":{"services":[{"kind":"module","path":"./crash.mjs"}]}}}',
  'crash.mjs':
    'setTimeout(() => { throw new Error("out of a timer") }); export default () => new Promise(() => setTimeout(() => {}, 9999));',
});
const at = (name: string): string => join(folder, name);
execFileSync('mkfifo', [at('pipe')]);
const runText = (script: string, ...more: string[]): CliEnd =>
  beryl(['run', '-', '--network', at('network.json'), ...more], script);

/** A way to each exit code that docs/cli.md lists; each is the whole outcome with --json, too. */
const WAYS: readonly (readonly [
  code: number,
  name: string,
  args: string[],
  script: string,
  outcome: string,
])[] = [
  [0, 'all went well', ['run', '-', '-n', at('network.json')], '(null)', 'ok'],
  [1, 'the script failed', ['run', '-', '-n', at('network.json')], '(fail 1 "m")', 'script-error'],
  [2, 'a malformed script', ['run', '-', '-n', at('network.json')], '(seq', 'usage-error'],
  [2, 'a missing file', ['run', at('none'), '-n', at('network.json')], '', 'usage-error'],
  [2, 'a malformed network file', ['run', '-', '-n', at('bom.air')], '(null)', 'usage-error'],
  [2, 'a malformed recording', ['replay', at('bom.air')], '', 'usage-error'],
  [2, 'a malformed receipt', ['verify', at('bom.air')], '', 'usage-error'],
  [2, 'a malformed command line', ['run', '--fly'], '', 'usage-error'],
  [
    2,
    '--var that changes nothing',
    ['run', '-', '-n', at('network.json'), '--var', 'a=b'],
    '(null)',
    'usage-error',
  ],
  [
    2,
    '--ttl that changes nothing',
    ['run', '-', '-n', at('network.json'), '--ttl', '5'],
    '(null)',
    'usage-error',
  ],
  [
    2,
    '--call that changes nothing',
    ['run', '-', '-n', at('network.json'), '--call', 'f()'],
    '(null)',
    'usage-error',
  ],
  [2, 'both from standard input', ['run', '-', '-n', '-'], '(null)', 'usage-error'],
  [3, 'no such peer', ['run', '-', '-n', at('network.json')], '(call "x" ("op" "noop") [])', 'network-error'],
  [
    4,
    'denied',
    ['run', '-', '-n', at('network.json')],
    '(call b ("blogSrv" "add_post") ["t" true])',
    'denied',
  ],
  [
    5,
    'refused',
    [
      'run',
      join(ROOT, 'examples/02-man-in-the-middle/script.air'),
      '-n',
      join(ROOT, 'examples/02-man-in-the-middle/network.json'),
    ],
    '',
    'refused',
  ],
  [70, 'an unexpected error', ['run', '-', '-n', at('crash.json')], '(null)', 'internal-error'],
];

describe('exit codes', () => {
  it.each([
    ['ERR_CLI_USAGE', ['run', '--fly']],
    ['ERR_CLI_INTERNAL', ['run', '-', '-n', at('crash.json')]],
  ])('%s is the code in JSON', (code, args) => {
    expect(JSON.parse(beryl([...args, '--json'], '(null)').stdout)).toMatchObject({ code });
  });

  it.each(WAYS)('%d: %s', (code, _, args, script, outcome) => {
    const end = beryl([...args, '--json'], script);
    expect(end.code).toBe(code);
    expect(JSON.parse(end.stdout)).toMatchObject({ outcome, exitCode: code });
    expect(end.stderr).not.toBe('');
  });

  it('have a test each, and stand in docs and help', () => {
    // 6 belongs to reports of audits, which have a form of their own: test/unit/cli/commands/audit.test.ts.
    const codes = [...new Set([...WAYS.map(([code]) => code), 6])].toSorted((a, b) => a - b);
    const rows = readFileSync(join(ROOT, 'docs/cli.md'), 'utf8').matchAll(/^\| (\d+) +\|/gm);
    expect([...rows].map(([, code]) => Number(code))).toEqual(codes);
    const help = beryl(['--help']).stdout.split('Exit codes:')[1] ?? '';
    expect([...help.matchAll(/^ {2}(\d+) /gm)].map(([, code]) => Number(code))).toEqual(codes);
  });
});

describe('files', () => {
  const COMMANDS: readonly (readonly [string, (path: string) => string[]])[] = [
    ['run', path => ['run', path, '-n', at('network.json')]],
    ['run --network', path => ['run', at('bom.air'), '-n', path]],
    ['replay', path => ['replay', path]],
    ['receipt', path => ['receipt', path]],
    ['evidence', path => ['evidence', path]],
    ['verify', path => ['verify', path]],
    ['repl --network', path => ['repl', '-n', path]],
  ];
  it.each(
    COMMANDS.flatMap(([name, args]) =>
      ['/dev/zero', at('pipe'), folder].map(path => [name, path, args(path)] as const),
    ),
  )('%s refuses %s at once', (_, __, args) => {
    const end = beryl(args);
    expect(end.stderr).toMatch(/^ERR_CLI_FILE: `.*` is a (device|pipe|folder), not a file/);
    expect(end.code).toBe(2);
  });

  it('refuses to write a recording into a pipe', () => {
    const end = runText('(null)', '--record', at('pipe'));
    expect(end.stderr).toContain('ERR_CLI_FILE');
    expect(end.code).toBe(2);
  });

  it('reads scripts, network files and recordings from standard input, with or without a byte order mark', () => {
    expect(runText('\ufeff(null)').code).toBe(0);
    expect(beryl(['run', at('bom.air'), '-n', '-'], NETWORK).code).toBe(0);
    expect(beryl(['run', at('bom.air'), '-n', at('bom.json')]).code).toBe(0);
    runText('(call b ("op" "noop") [])', '--record', at('r.beryl'));
    expect(beryl(['replay', '-'], readFileSync(at('r.beryl'), 'utf8')).code).toBe(0);
  });

  it('names standard input in diagnostics', () => {
    expect(runText('(seq\n(null)\n(fly))').stderr).toContain('┌─ standard input:3:2');
  });
});

describe('a full disk', () => {
  it('does not take the result of a run whose recording cannot be written', () => {
    const honest = [join(HONEST, 'script.air'), '-n', join(HONEST, 'network.json')];
    const end = beryl(['run', ...honest, '--record', '/dev/full', '--json']);
    expect(end.code).toBe(2);
    expect(end.stderr).toContain('outcome: ok');
    expect(end.stderr.trimEnd()).toMatch(
      /\nERR_CLI_FILE: cannot write `\/dev\/full`: no space is left on the disk$/,
    );
    expect(JSON.parse(end.stdout)).toMatchObject({
      outcome: 'ok',
      exitCode: 2,
      recordingFailure: { code: 'ERR_CLI_FILE', text: expect.stringContaining('/dev/full') as string },
    });
  });

  it('a graver outcome keeps its exit code', () => {
    const end = runText('(call b ("blogSrv" "add_post") ["t" true])', '--record', '/dev/full');
    expect(end.code).toBe(4);
    expect(end.stderr).toContain('ERR_CLI_FILE');
  });

  it.each([
    ['redact', (path: string) => ['audit', 'redact', path, '--values', '--out', '/dev/full']],
    ['receipt', (path: string) => ['receipt', path, '1', '--out', '/dev/full']],
    ['entry', (path: string) => ['audit', 'entry', path, '1', '--out', '/dev/full']],
  ])('%s says so', (_, args) => {
    const path = at('full.beryl');
    expect(runText('(call b ("op" "identity") [1] x)', '--record', path).code).toBe(0);
    const end = beryl(args(path));
    expect(end.stderr).toMatch(/^ERR_CLI_FILE: .*no space is left/m);
    expect(end.code).toBe(2);
  });

  it('under the output says so', () => {
    const main = join(ROOT, 'bin/beryl.mjs');
    const shell = `"${process.execPath}" "${main}" run "${HONEST}/script.air" -n "${HONEST}/network.json" --json > /dev/full`;
    const { status, stderr } = spawnSync('sh', ['-c', shell], { encoding: 'utf8' });
    expect(stderr).toContain('ERR_CLI_FILE: cannot write the output: no space is left on the disk');
    expect(status).toBe(2);
  });
});

describe('a module that cannot be loaded', () => {
  const withModule = (source: string | undefined): CliEnd => {
    const open = folderOf({
      'n.json': '{"init":"a","peers":{"a":{"services":[{"kind":"module","path":"./m.mjs"}]}}}',
      ...(source !== undefined && { 'm.mjs': source }),
    });
    return beryl(['run', '-', '-n', join(open, 'n.json'), '--json'], '(null)');
  };
  it.each([
    ['awaits for ever', 'await new Promise(() => {}); export default 1', 'it is not ready after 10 s'],
    ['is not there', undefined, 'm.mjs`: no module is at this path; paths are relative to the network file'],
    ['imports what is not installed', 'import "left-pad-x"', 'run `npm install left-pad-x` in its folder'],
  ])('%s: the message says what to do', (_, source, text) => {
    const end = withModule(source);
    expect(JSON.parse(end.stdout)).toMatchObject({ code: 'ERR_CLI_MODULE' });
    expect(end.stderr).toContain(text);
    expect(end.code).toBe(2);
  });
});

describe('a module that holds a timer', () => {
  it('does not hold the command', () => {
    const open = folderOf({
      'n.json': '{"init":"a","peers":{"a":{"services":[{"kind":"module","path":"./m.mjs"}]}}}',
      'm.mjs': `import { defineService } from ${JSON.stringify(join(ROOT, 'dist/services/index.js'))};
        setInterval(() => undefined, 1000);
        export default defineService({ id: 'm', functions: {} });`,
    });
    const end = beryl(['run', '-', '-n', join(open, 'n.json'), '--json'], '(null)');
    expect(end.code).toBe(0);
    expect(JSON.parse(end.stdout)).toMatchObject({ outcome: 'ok' });
  });
});

describe('beryl --version', () => {
  it('is that of the package', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(beryl(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('a reader that stops reading', () => {
  const main = join(ROOT, 'bin/beryl.mjs');
  it.each([
    ['--help', `"${process.execPath}" "${main}" --help | true`],
    [
      'run --json',
      `"${process.execPath}" "${main}" run "${HONEST}/script.air" -n "${HONEST}/network.json" --json | head -c 1`,
    ],
    ['demo', `"${process.execPath}" "${main}" demo | head -n 1`],
  ])('%s is silent about it', (_, command) => {
    const { stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    expect(stderr).not.toMatch(/EPIPE|Error|^\s+at /m);
  });
});

describe('beryl repl from a pipe', () => {
  it.each<[number, string, string]>([
    [0, 'nothing failed', ':peers\n(null)\n'],
    [1, 'a script failed', '(fail 1 "m")\n(null)\n'],
    [2, 'a script is malformed', '(null)\n(fly)\n'],
    [2, 'a command is unknown', ':fly\n'],
    [2, 'a script is not closed', '(seq'],
    [
      4,
      'a call was denied; then a script failed',
      '(call b ("blogSrv" "add_post") ["t" true])\n(fail 1 "m")\n',
    ],
  ])('exit code %d: %s', (code, _, input) => {
    expect(beryl(['repl', '-n', at('network.json')], input).code).toBe(code);
  });
});

describe('npx beryl', () => {
  const npx = (cwd: string): CliEnd => {
    const { status, stdout, stderr } = spawnSync('npx', ['--no-install', 'beryl', '--version'], {
      cwd,
      encoding: 'utf8',
    });
    return { code: status, stdout, stderr };
  };

  it('works after a rebuild, again and again', () => {
    // tsc writes files without a run bit; the command does not stand among them.
    for (let i = 0; i < 2; i++) expect(npx(ROOT)).toMatchObject({ code: 0 });
    expect(spawnSync(join(ROOT, 'bin/beryl.mjs'), ['--version']).status).toBe(0);
  });

  it('says what to do before a build', () => {
    const empty = mkdtempSync(join(tmpdir(), 'beryl-unbuilt-'));
    mkdirSync(join(empty, 'bin'));
    execFileSync('cp', ['-p', join(ROOT, 'bin/beryl.mjs'), join(empty, 'bin')]);
    const end = spawnSync(join(empty, 'bin/beryl.mjs'), ['demo'], { encoding: 'utf8' });
    expect(end.stderr).toBe('beryl is not built yet: run `npm run build` in its folder first\n');
    expect(end.status).toBe(2);
    symlinkSync(join(ROOT, 'dist'), join(empty, 'dist'));
    expect(existsSync(join(empty, 'dist/cli/main.js'))).toBe(true);
    rmSync(empty, { recursive: true });
  });
});
