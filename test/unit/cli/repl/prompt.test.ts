import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { folderOf } from '../../../support/cli.ts';
import { Typed } from '../../../support/repl.ts';

describe('Prompt', () => {
  it.each<[string, boolean]>([
    ['(null)', true],
    ['(seq', false],
    ['; only a comment', true],
    ['; a file\n(seq (null) ; (\n (null))\n; end', true],
    [':peers\n(null)', true],
    ['(ap "a', false],
    ['(seq (null)\n:peers', true],
    ['(ap "a\n:peers', false],
    ['(call "p" ("s" "f") [\n:error:', false],
  ])('%j is whole: %s', async (text, isWhole) =>
    expect((await Typed.open()).prompt.isWhole(text)).toBe(isWhole),
  );

  it('drops a script that is not complete where a command begins, and says so', async () => {
    const typed = await Typed.open();
    const shown = await typed.type('(seq (ap 1 x)\n:value nothing\n(ap 2 y)');
    expect(shown).toContain(
      'the script before `:value` was not complete (1 parenthesis open) and is dropped',
    );
    expect(shown).toContain('y = 2');
    expect(typed.prompt.gravest).toBe(2);
    expect(await typed.prompt.takeAll('(seq\n:quit')).toBe(false);
  });

  it('takes a line with a colon as text inside of a string, and `:error:` as a value', async () => {
    const typed = await Typed.open();
    expect(await typed.type('(ap "a\n:peers" text2)')).toContain('text2 = "a\\n:peers"');
    expect(await typed.type('(ap\n:error:\ncaught)')).toContain('caught = ');
  });

  it('takes whole files with comments, several scripts, and commands between them', async () => {
    const typed = await Typed.open();
    const shown = await typed.type(
      '; a file\n\n; with comments\n(seq (ap 1 x) ; one\n  (ap 2 y))\n; between\n:value x\n(ap 3 z)\n; end',
    );
    expect(shown).toBe('outcome: ok\nx = 1\ny = 2\n1\noutcome: ok\nz = 3');
  });

  it('shows the value of a name, and a part of it', async () => {
    const typed = await Typed.open();
    await typed.type('(call auth ("authSrv" "get_status") [] status)');
    expect(await typed.type('status.$.is_admin')).toBe('true');
    expect(await typed.type('  status')).toBe('{\n  "is_admin": true,\n  "is_misbehaving": false\n}');
  });

  it('cuts long values, and shows all of them with :value', async () => {
    const typed = await Typed.open();
    const long = 'x'.repeat(500);
    expect(await typed.type(`(ap "${long}" text2)`)).toMatch(
      /^text2 = "x{119}… {2}\(`:value text2` shows all\)$/m,
    );
    expect(await typed.type(':value text2')).toBe(`"${long}"`);
  });

  it('keeps the most severe outcome', async () => {
    const typed = await Typed.open();
    await typed.type('(null)');
    expect(typed.prompt.gravest).toBe(0);
    await typed.type(':fly');
    expect(typed.prompt.gravest).toBe(2);
    await typed.type('(fail 1 "x")');
    expect(typed.prompt.gravest).toBe(1);
    await typed.type('(call blog ("blogSrv" "add_post") ["hi" true] post)\n:open /no/such/file');
    expect(typed.prompt.gravest).toBe(4);
  });

  it('stops a script that waits for a service, and goes on', async () => {
    // Nothing here could wait for the end of this life.
    const network = { init: 'a', peers: { a: {} }, ttlMs: 3_600_000 };
    const typed = await Typed.open(join(folderOf({ 'n.json': JSON.stringify(network) }), 'n.json'));
    const running = typed.type('(call a ("peer" "timeout") [600000 "late"] x)\n(ap 1 never)');
    await vi.waitFor(() => expect(typed.state.stop).toBeDefined());
    typed.prompt.interrupt();
    const shown = await running;
    expect(shown).toContain('stopped at the prompt');
    expect(shown).not.toContain('never');
    expect(await typed.type('(ap 1 y)')).toContain('y = 1');
  });
});
