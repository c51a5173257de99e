import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { beryl, folderOf, ROOT } from '../support/cli.ts';
import { POST_PROGRAM } from '../support/post-program.ts';

const example = (name: string): string[] => [
  join(ROOT, `examples/${name}/script.air`),
  '--network',
  join(ROOT, `examples/${name}/network.json`),
];
const MESSY = '; first\n(seq (ap 1 x) ; note "1"\n(call %init_peer_id% ("s" "f") [x]))';
const TIDY = '; first\n(seq\n  (ap 1 x)\n  ; note "1"\n  (call %init_peer_id% ("s" "f") [x]))\n';

describe('beryl check', () => {
  it('accepts a valid script, and one whose names the network file knows', () => {
    expect(beryl(['check', '-'], MESSY)).toMatchObject({ code: 0, stderr: 'standard input: valid\n' });
    expect(beryl(['check', ...example('01-honest-post')]).code).toBe(0);
    expect(beryl(['check', example('01-honest-post')[0] as string]).code).toBe(2);
  });

  it('names each mistake of each script, for people and for programs', () => {
    const folder = folderOf({ 'a.air': '(ap x y)', 'b.air': '(null)', 'c.air': '(seq', 'd.txt': '(' });
    const { code, stdout, stderr } = beryl(['check', folder, '--json']);
    expect(code).toBe(2);
    expect(stderr).toContain("variable 'x' wasn't defined");
    expect(stderr).toContain('2 of 3 not valid');
    const { files } = JSON.parse(stdout) as { files: { file: string; diagnostics: { line: number }[] }[] };
    expect(files.map(({ diagnostics }) => diagnostics.length)).toEqual([1, 0, 1]);
    expect(files[0]?.diagnostics[0]).toMatchObject({
      code: 'ERR_AIR_VALIDATION',
      rule: 'V1',
      line: 1,
      column: 1,
    });
  });

  it('says what cannot be read, with a code', () => {
    const folder = folderOf({ 'a.air': '(null)' });
    const end = beryl(['check', join(folder, 'a.air', 'b.air')]);
    expect(end).toMatchObject({ code: 2, stderr: expect.stringContaining('ERR_CLI_FILE: cannot read') });
  });

  it('refuses a folder without scripts', () => {
    expect(beryl(['check', folderOf({ 'a.txt': '' })]).stderr).toContain(
      'holds no file that ends in .air or .aqua',
    );
  });
});

describe('beryl fmt', () => {
  it('writes the one layout, with comments', () => {
    expect(beryl(['fmt', '-'], MESSY).stdout).toBe(TIDY);
    expect(beryl(['fmt', '-'], TIDY).stdout).toBe(TIDY);
  });

  it('rewrites files; with --check it only tells', () => {
    const folder = folderOf({ 'a.air': MESSY, 'b.air': TIDY });
    expect(beryl(['fmt', '--check', folder])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('a.air: not formatted'),
    });
    expect(readFileSync(join(folder, 'a.air'), 'utf8')).toBe(MESSY);
    expect(beryl(['fmt', folder]).stderr).toContain('formatted 1 of 2');
    expect(readFileSync(join(folder, 'a.air'), 'utf8')).toBe(TIDY);
    expect(beryl(['fmt', '--check', folder]).code).toBe(0);
  });

  it('leaves what is not a script alone', () => {
    const folder = folderOf({ 'a.air': '(seq' });
    expect(beryl(['fmt', folder]).code).toBe(2);
    expect(readFileSync(join(folder, 'a.air'), 'utf8')).toBe('(seq');
  });
});

describe('beryl explain', () => {
  it('says who acts when, what waits, and where arguments can come from', () => {
    const script = '(seq (ap "a" x) (par (call x ("s" "f") [] y) (call "b" ("s" "g") [y.$.k %last_error%])))';
    const { stdout, code } = beryl(['explain', '-'], script);
    expect(code).toBe(0);
    expect(stdout).toContain('2 steps on 2 peers: (x), b');
    expect(stdout).toContain('waits for y');
    expect(stdout).toContain('argument 1: `.$.k` of `s.f` on the peer in `x`');
    expect(stdout).toContain('argument 2: an error of this run');
    expect(JSON.parse(beryl(['explain', '-', '--json'], script).stdout)).toMatchObject({
      peers: ['(x)', 'b'],
      steps: [
        { waitsFor: [] },
        { waitsFor: ['y'], arguments: [{ origins: [{ getter: '.$.k', call: 3 }] }, {}] },
      ],
    });
    expect(beryl(['explain', '-', '--dot'], script).stdout).toMatch(/^digraph plan \{/u);
  });
});

describe('beryl lint', () => {
  it('says before running what a guard refuses, and passes the honest twin', () => {
    const refused = beryl(['lint', ...example('05-wrong-field')]);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain('will-be-denied');
    expect(refused.stderr).toContain('take the field `.$.is_admin` of the same result');
    const honest = beryl(['lint', ...example('01-honest-post')]);
    expect(honest.code).toBe(0);
    expect(honest.stderr).not.toContain('denied');
  });

  it('says that a guard may refuse, where one branch is honest', () => {
    const script = `(seq (xor (call auth (authSrv "get_status") [] status)
      (call %init_peer_id% ("s" "f") [:error:] status))
      (call blog (blogSrv "add_post") [text status.$.is_admin]))`;
    const { code, stdout } = beryl(['lint', '-', '--json', ...example('01-honest-post').slice(1)], script);
    expect(code).toBe(0);
    expect(
      (JSON.parse(stdout) as { files: [{ findings: { code: string }[] }] }).files[0].findings.map(
        f => f.code,
      ),
    ).toContain('may-be-denied');
  });

  it('does not take a name that the script sets itself for that of the network file', () => {
    const script = `(seq (call %init_peer_id% ("s" "f") [] auth) (seq (call auth ("authSrv" "get_true") [] x)
      (call blog (blogSrv "add_post") [text x])))`;
    const { stdout } = beryl(['lint', '-', '--json', ...example('01-honest-post').slice(1)], script);
    expect(stdout).not.toContain('will-be-denied');
  });

  it('knows the functions of the network’s peers, and leaves those of the starter alone', () => {
    const lint = (script: string) => {
      const { stdout, code } = beryl(['lint', '-', '--json', ...example('01-honest-post').slice(1)], script);
      const { files } = JSON.parse(stdout) as { files: [{ findings: { code: string; message: string }[] }] };
      return { code, found: files[0].findings.filter(finding => finding.code === 'unknown-function') };
    };
    const misspelt = lint('(call auth (authSrv "get_statu") [] x)');
    expect(misspelt).toMatchObject({ code: 0, found: [{ code: 'unknown-function' }] });
    expect(misspelt.found[0]?.message).toBe(
      'peer `auth` has no function `authSrv.get_statu`; did you mean `authSrv.get_status`?',
    );
    for (const script of [
      '(call auth (authSrv "get_status") [] x)',
      '(call auth ("op" "identity") [1] x)',
      '(call %init_peer_id% ("getDataSrv" "anything") [] x)',
      '(call %init_peer_id% ("callbackSrv" "done") [1])',
      '(call "12D3KooWNbnMYsimXaZ3TtRBXADsAKmBMoJwyqcCEmjBVKb4hgrf" ("any" "thing") [])',
    ])
      expect(lint(script).found, script).toEqual([]);
  });

  it('fails with --deny-warnings', () => {
    expect(beryl(['lint', '-'], '(ap 1 x)').code).toBe(0);
    expect(beryl(['lint', '-', '--deny-warnings'], '(ap 1 x)').code).toBe(1);
    expect(beryl(['lint', '-', '--deny-warnings'], '(null)').code).toBe(0);
  });
});

describe('Aqua programs', () => {
  const folder = folderOf({ 'post.aqua': POST_PROGRAM, 'broken.aqua': 'aqua Broken\n\nfunc f(:\n' });
  const network = example('01-honest-post').slice(1);

  it('beryl lint names function and call of what a guard will refuse, and passes the honest function', () => {
    const { stdout, stderr, code } = beryl(['lint', `${folder}/post.aqua`, '--json', ...network]);
    expect(code).toBe(4);
    const { files } = JSON.parse(stdout) as { files: { function: string; findings: { code: string }[] }[] };
    expect(Object.fromEntries(files.map(file => [file.function, file.findings.map(f => f.code)]))).toEqual({
      post: [],
      raise: ['will-be-denied'],
    });
    expect(stderr).toContain('Aqua call `Blog.add_post` (line 19 or 24)');
    expect(stderr).toContain('post.aqua, function raise');
  });

  it('beryl explain explains each function', () => {
    const { stdout, code } = beryl(['explain', `${folder}/post.aqua`]);
    expect(code).toBe(0);
    expect(stdout).toContain('post.aqua, function post\n');
    expect(stdout).toMatch(/argument 2: `\.\$\.is_admin` of `authSrv\.get_status`/);
    const { functions } = JSON.parse(beryl(['explain', `${folder}/post.aqua`, '--json']).stdout) as {
      functions: { function: string }[];
    };
    expect(functions.map(one => one.function).toSorted()).toEqual(['post', 'raise']);
  });

  it.each(['explain', 'lint'])('beryl %s says what is wrong with a program', verb => {
    const { stderr, code } = beryl([verb, `${folder}/broken.aqua`]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/broken\.aqua:3:\d+: error/);
  });
});

describe('beryl lint --policy', () => {
  const template = join(ROOT, 'templates/policy');
  const lint = (...more: string[]) =>
    beryl(['lint', template, '--network', join(template, 'network.json'), ...more]);
  const policy = ['--policy', join(template, 'policy.json')];

  it('names the scripts of a folder that the policy would break, and no others', () => {
    const { stdout, stderr, code } = lint(...policy, '--json');
    expect(code).toBe(4);
    expect(stderr).toContain('policy rule `my-policy` refuses argument `account` of `bank.pay`');
    expect(stderr).toMatch(/the policy breaks 1 of 2 scripts: \S+mail\.air\n/);
    expect(JSON.parse(stdout)).toMatchObject({ broken: [join(template, 'mail.air')] });
    expect(lint().code).toBe(0);
  });

  it('counts on the peer that loads the policy only', () => {
    expect(lint(...policy, '--peer', 'provider').code).toBe(0);
    expect(lint(...policy, '--peer', 'bank').code).toBe(4);
    expect(lint(...policy, '--peer', 'bnk').stderr).toContain(
      'ERR_CLI_POLICY: the network has no peer `bnk`',
    );
    expect(beryl(['lint', template, ...policy]).stderr).toContain('--policy needs --network');
  });

  it('is the verdict of a run', () => {
    const ends = ['honest.air', 'mail.air'].map(
      script => beryl(['run', join(template, script), '--network', join(template, 'network.json')]).code,
    );
    expect(ends).toEqual([0, 4]);
  });
});
