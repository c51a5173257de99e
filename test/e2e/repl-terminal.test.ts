import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { folderOf } from '../support/cli.ts';
import { noTerminal, TypedTerminal } from '../support/terminal.ts';

const TIMEOUT_MS = 120_000;
const END_OF_PROMPT = /air> \r␛\[5C$/;

describe.skipIf(noTerminal !== undefined)(
  `beryl repl at a terminal${noTerminal === undefined ? '' : ` (${noTerminal})`}`,
  () => {
    let terminal: TypedTerminal | undefined;
    const state = folderOf({});
    const open = async (args: string[] = [], env: Record<string, string> = {}): Promise<TypedTerminal> => {
      terminal = new TypedTerminal(args, { XDG_STATE_HOME: state, PAGER: 'cat', NO_COLOR: '', ...env });
      await terminal.until(END_OF_PROMPT);
      return terminal;
    };
    afterEach(() => terminal?.kill());

    it(
      'prompts, shows, goes on after mistakes, and ends with 0',
      async () => {
        const at = await open();
        expect(at.screen).toContain(
          'peers: author, auth, blog, mallory; you are author; :help lists what you can do',
        );
        at.type(':peers\r');
        await at.until(/author {7}12D3KooW/);
        at.type('(seq\r');
        await at.until(/\.\.\.> \r/);
        at.type('(null) (fail 7 "oh \u202e no"))\r');
        await at.until(/oh \\u\{202e\} no[^]*outcome: script-error at author/);
        at.type(':fly\r');
        await at.until(/ERR_CLI_COMMAND: unknown command `:fly`/);
        at.type(':quit\r');
        expect(await at.ended).toBe(0);
        expect(at.screen).not.toContain('\u202e');
      },
      TIMEOUT_MS,
    );

    it(
      'completes with Tab, colours what is typed, marks brackets, takes pasted files',
      async () => {
        const at = await open();
        at.type('(call auth ("auth\t');
        await at.until(/␛\[36mcall␛\[0m auth \(␛\[32m"authSrv␛\[0m/);
        at.type('" "get\t") [] status)');
        await at.until(/get_status[^]*␛\[1;4m\)␛\[0m/);
        at.type('\r');
        await at.until(/status = \{"is_admin":true/);
        at.type('status.$.is_a\t\r');
        await at.until(/is_admin \r[^]*\ntrue\r\n/);
        at.type(
          '\u001b[200~; a file\n(seq (ap 1 one) ; with comments\n  (ap 2 two))\n; and an end\n\u001b[201~',
        );
        await at.until(/; and an end/);
        at.type('\r');
        await at.until(/one = 1\r\ntwo = 2/);
        at.type('(ap "a');
        await at.until(/"a/);
        at.type('\u0003');
        await at.until(END_OF_PROMPT);
        at.type('\u0004');
        expect(await at.ended).toBe(0);
        expect(at.screen.endsWith('␛[?2004l')).toBe(true);
      },
      TIMEOUT_MS,
    );

    it(
      'stops a script with Ctrl-C, pages long values, keeps the history for the next session',
      async () => {
        const network = JSON.stringify({ init: 'a', peers: { a: {} }, ttlMs: 60_000 });
        const args = ['--network', join(folderOf({ 'n.json': network }), 'n.json')];
        const at = await open(args);
        at.type('(call a ("peer" "timeout") [50000 "late"] x)\r');
        await at.until(/x\)\r[^]*\r\n/);
        at.type('\u0003');
        await at.until(/stopped at the prompt/);
        at.type('\u0004');
        expect(await at.ended).toBe(0);
        expect(statSync(join(state, 'beryl/repl-history')).mode & 0o777).toBe(0o600);
        const next = await open(args, { PAGER: 'echo paged; cat' });
        next.type('\u001b[A');
        await next.until(/"timeout"/);
        next.type('\u0003');
        await next.until(END_OF_PROMPT);
        next.type(
          '(call a ("op" "array") [1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25] list)\r',
        );
        await next.until(/list = \[1,2,3/);
        next.type(':value list\r');
        await next.until(/paged\r\n\[\r\n {2}1,/);
        await next.until(END_OF_PROMPT);
        next.type('\u0004');
        expect(await next.ended).toBe(0);
      },
      TIMEOUT_MS,
    );
  },
);
