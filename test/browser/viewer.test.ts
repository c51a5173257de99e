import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import {
  memorySource,
  openRecording,
  callsOf,
  kindOf,
  parseTrust,
  proveCall,
  verifyFile,
  verifyRecordings,
} from '../../audit/index.ts';
import { readExamples } from '../../cli/examples.ts';
import { utf8 } from '../../base/bytes.ts';
import { beryl, ROOT } from '../support/cli.ts';
import { idOf, withIds } from '../support/cast.ts';
import { FORGED_POST, Forgery, pointsOf, POST, RECORDER, recordWorld, TRUST } from '../support/recording.ts';
import { CHROMIUM } from './chromium.ts';
import { VIEWER, verified, viewerPages } from './viewer-page.ts';

if (CHROMIUM === undefined) process.stderr.write('viewer: skipped, no Chromium found\n');

const text = await recordWorld({ scripts: [POST, FORGED_POST] });
const at = pointsOf(text);
const trustText = JSON.stringify({
  peers: Object.fromEntries([...TRUST.peers].map(([id, name]) => [name, id])),
  recorders: [RECORDER.peerId],
});
const TRUST_FILE = { name: 'peers.json', text: trustText };
const fileOf = (recording: string): { name: string; text: string } => ({ name: 'r.beryl', text: recording });

describe.skipIf(CHROMIUM === undefined)('the viewer', () => {
  const opened = viewerPages();
  const openPage = async (...given: Parameters<typeof opened>): Promise<Page> =>
    (await opened(...given)).page;
  const detail = (page: Page): ReturnType<Page['locator']> => page.locator('article');
  const tab = (page: Page, name: string): Promise<void> => page.getByRole('tab', { name }).click();

  describe('comes to the verdict of the command line', () => {
    const forge = (): Forgery => new Forgery(text);
    const cases: [name: string, recording: string][] = [
      ['honest', text],
      ['cut off', text.slice(0, text.lastIndexOf('{"kind":"end"'))],
      [
        'a denial that became an answer',
        forge().change('decision', one =>
          one.outcome === 'denied' ? { ...one, outcome: 'served' } : undefined,
        ).text,
      ],
      [
        'other arguments',
        forge().change('request', one =>
          one.args.length === 2 ? { ...one, args: one.args.toReversed() } : undefined,
        ).text,
      ],
      ['a run without its calls', forge().drop(at.post).renumber().text],
      [
        'signed anew by somebody else',
        forge()
          .change('run', run => ({ ...run, time: 0 }))
          .resign(RECORDER).text,
      ],
      ['without checkpoints', forge().withoutCheckpoints().text],
      [
        'a script that was replaced',
        forge().change('particle', one => ({ ...one, timestamp: one.timestamp + 1 })).text,
      ],
      [
        'a doubled entry',
        ((): string => {
          const doubled = forge();
          doubled.lines.splice(
            doubled.lineOf(at.status),
            0,
            doubled.lines[doubled.lineOf(at.status)] as { kind: string; payload: string },
          );
          return doubled.text;
        })(),
      ],
      ['a line that is none', `${text}x nothing\n`],
    ];

    it.each(cases)('on a recording: %s', async (_, recording) => {
      const page = await openPage([fileOf(recording), TRUST_FILE]);
      const expected = verifyRecordings([memorySource(utf8(recording))], { trust: parseTrust(trustText) });
      expect(JSON.parse((await page.locator('#report').textContent()) ?? '')).toEqual(
        JSON.parse(JSON.stringify(expected)),
      );
      expect(await page.locator('[data-verdict="content"]').textContent()).toBe(expected.content);
      expect(await page.locator('[data-verdict="completeness"]').textContent()).toBe(expected.completeness);
    });

    it('on receipts, evidence and proofs, whole and altered', async () => {
      const vectors = JSON.parse(
        readFileSync(join(ROOT, 'test/conformance/vectors/receipt.json'), 'utf8'),
      ) as Record<'receipts' | 'evidence' | 'refused', Record<string, string>[]>;
      const bytes = [
        ...vectors.receipts.map(({ receipt = '' }) => receipt),
        ...vectors.evidence.map(({ evidence = '' }) => evidence),
        ...vectors.refused.map(one => one['bytes'] ?? ''),
      ].map(hex => new Uint8Array(Buffer.from(hex, 'hex')));
      const { proof } = proveCall(openRecording(memorySource(utf8(text))), at.post);
      const forged = proof.slice();
      forged[forged.length - 40] = (forged[forged.length - 40] as number) ^ 1;
      const isOurs = (file: Uint8Array): boolean => {
        try {
          return kindOf(memorySource(file)) !== 'recording';
        } catch {
          return false;
        }
      };
      const verdictOf = (file: Uint8Array): string => {
        try {
          return verifyFile(memorySource(file)).verdict;
        } catch {
          return 'unreadable';
        }
      };
      const files = [...bytes, proof, forged].filter(isOurs);
      const page = await openPage(files.map((file, i) => ({ name: `${i}`, text: file })));
      await page.locator('[data-verdict="statement"]').first().waitFor();
      const shown = await page.locator('[data-verdict="statement"]').allTextContents();
      expect(shown).toEqual(files.map(verdictOf));
      expect(new Set(shown).size).toBeGreaterThan(1);
    });
  });

  it('says first what was verified, with which keys, and what was not checked', async () => {
    const page = await openPage([fileOf(text)]);
    expect(await page.locator('[data-verdict="content"]').textContent()).toBe('unknown-key');
    expect(await page.getByLabel('keys').textContent()).toContain('No keys were named');
    await page.setInputFiles('#open', [
      { name: 'peers.json', mimeType: 'application/json', buffer: Buffer.from(trustText) },
    ]);
    await page.locator('[data-verdict="content"]:text("equal")').waitFor();
    expect(await page.getByLabel('keys').textContent()).toContain(idOf('carol'));
    expect(await page.getByLabel('not checked').textContent()).toContain('handlers are code');
  });

  it.each(
    readExamples(join(ROOT, 'examples'))
      .filter(({ cases }) => cases.length > 0)
      .map(example => [example.name, example] as const),
  )('answers who, what, why and from where by clicking: %s', async (_, { folder, cases: [played] }) => {
    const path = join(mkdtempSync(join(tmpdir(), 'beryl-view-')), 'r.beryl');
    beryl([
      'run',
      join(folder, played?.script ?? ''),
      '-n',
      join(folder, played?.network ?? ''),
      ...(played?.call === undefined ? [] : ['--call', played.call]),
      '--record',
      path,
    ]);
    const calls = [...callsOf(openRecording(memorySource(new Uint8Array(readFileSync(path)))))];
    const page = await openPage([{ name: 'r.beryl', text: readFileSync(path) }]);
    await tab(page, 'Calls');
    for (const call of calls.slice(-2)) {
      await page
        .locator('.row', { has: page.locator('.num', { hasText: new RegExp(`^${call.call}$`) }) })
        .click();
      const shown = (await detail(page).textContent()) ?? '';
      expect(shown).toContain(`${call.peer} performed it for`);
      expect(shown).toContain(`${call.service}.${call.function}`);
      if (call.outcome === 'denied') expect(shown).toContain('a guard refused the origin of an argument');
      const argument = detail(page).getByLabel('arguments').locator('.field').first();
      if (call.arguments.length > 0) {
        await argument.click();
        expect(await detail(page).locator('.answer').textContent()).toMatch(
          /it is (written in the script|.* of )/,
        );
      }
      expect(await detail(page).locator('.script mark').textContent()).toContain('(call ');
    }
  });

  it('goes along origins by keyboard, a level at a time, down to the first call', async () => {
    const page = await openPage([fileOf(text)], `${VIEWER}#tab=calls&call=0.${at.post}`);
    const nodes = page.getByRole('treeitem');
    await nodes.first().waitFor();
    expect(await nodes.count()).toBe(3);
    await nodes.first().focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowDown');
    const focused = (): Promise<string | null> => page.locator(':focus').getAttribute('aria-label');
    expect(await focused()).toContain('authSrv.get_status');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('article').getAttribute('aria-label')).toBe(`call ${at.status}`);
    await page.getByRole('button', { name: 'show what its answer reached' }).click();
    expect(await page.getByRole('treeitem').allTextContents()).toContainEqual(
      expect.stringContaining('blogSrv.add_post'),
    );
  });

  it('tells of one field of an answer where it went', async () => {
    const page = await openPage([fileOf(text)], `${VIEWER}#tab=calls&call=0.${at.status}`);
    await page.getByRole('button', { name: 'what did it reach: is_admin' }).click();
    expect(await page.locator('.answer').textContent()).toContain('argument 2 of blogSrv.add_post');
    await page.getByRole('button', { name: 'what did it reach: is_misbehaving' }).click();
    expect(await page.locator('.answer').textContent()).toContain('no call in this recording was given it');
  });

  it('finds a tampered entry, and marks it in place', async () => {
    const forged = new Forgery(text).change('decision', one =>
      one.outcome === 'denied' ? { ...one, outcome: 'served' } : undefined,
    ).text;
    const page = await openPage([fileOf(forged), TRUST_FILE]);
    await page
      .getByRole('button', { name: `show call ${at.denied}` })
      .first()
      .click();
    expect(await page.getByLabel('marks').textContent()).toMatch(/tampered|differs|policy-failed/);
    await page.getByRole('searchbox').fill(`is:*-* -is:withheld`);
    expect(await page.locator('.row .num').allTextContents()).toContain(String(at.denied));
    await tab(page, 'Lanes');
    expect(await page.locator('.event .mark').count()).toBeGreaterThan(0);
  });

  it('marks what is withheld', async () => {
    const withheld = await recordWorld({ values: 'hashes', recorded: ['carol'] });
    const page = await openPage([fileOf(withheld)]);
    await tab(page, 'Calls');
    await page.getByRole('button', { name: 'Withheld' }).click();
    await page.locator('.row').first().click();
    expect(await detail(page).textContent()).toContain('withheld: only its hash is known');
  });

  it('shows the lane of a peer of which there is no recording as missing', async () => {
    const page = await openPage([fileOf(await recordWorld({ recorded: ['bob'] }))]);
    await tab(page, 'Lanes');
    const missing = page.locator('.lane.missing');
    expect(await missing.allTextContents()).toEqual([expect.stringContaining('no recording')]);
    await page.setInputFiles('#open', [
      {
        name: 'carol.beryl',
        mimeType: 'x/x',
        buffer: Buffer.from(await recordWorld({ recorded: ['carol'] })),
      },
    ]);
    await missing.waitFor({ state: 'detached' });
    expect(await page.locator('.event.call').count()).toBe(2);
  });

  it('opens what is dropped', async () => {
    const page = await openPage();
    await page.evaluate(content => {
      const scope = globalThis as unknown as {
        DataTransfer: new () => { items: { add(file: unknown): void } };
        DragEvent: new (type: string, options: object) => unknown;
        document: { querySelector(selector: string): { dispatchEvent(event: unknown): void } };
      };
      const dataTransfer = new scope.DataTransfer();
      dataTransfer.items.add(new File([content], 'dropped.beryl'));
      scope.document
        .querySelector('.page')
        .dispatchEvent(new scope.DragEvent('drop', { dataTransfer, bubbles: true }));
    }, text);
    await page.locator('[data-verdict="content"]').waitFor();
    expect(await page.locator('.files').textContent()).toBe('dropped.beryl');
  });

  it('searches, filters and steps by keyboard', async () => {
    const page = await openPage([fileOf(text)]);
    await page.keyboard.press('/');
    await page.getByRole('searchbox').pressSequentially('function:add_*');
    await expect.poll(() => page.locator('.row').count()).toBe(2);
    await page.getByRole('listbox').focus();
    await page.keyboard.press('ArrowDown');
    expect(await page.getByRole('article').getAttribute('aria-label')).toBe(`call ${at.post}`);
    await page.getByRole('heading', { level: 2 }).click();
    await page.keyboard.press(',');
    expect(await page.getByRole('article').getAttribute('aria-label')).toBe(`call ${at.status}`);
    await page.keyboard.press('.');
    expect(await page.locator('.script mark').textContent()).toContain('"add_post"');
    await expect.poll(() => page.url()).toContain(`call=0.${at.post}`);
  });

  it('shows lanes with hops, which keys go along', async () => {
    const page = await openPage([fileOf(text)]);
    await tab(page, 'Lanes');
    const labels = await page.locator('.lane text').allTextContents();
    expect(labels).toEqual(expect.arrayContaining(['alice', 'bob', 'carol']));
    expect(await page.locator('.event.send path.head').count()).toBeGreaterThan(1);
    await page.locator('[data-event="0"]').focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('[data-event="1"]:focus').waitFor();
    await page.locator('.event.call').first().click();
    expect(await page.getByRole('article').getAttribute('aria-label')).toBe(`call ${at.status}`);
  });

  it('compares two runs side by side', async () => {
    const page = await openPage([fileOf(text)]);
    await tab(page, 'Compare');
    const cells = await page.locator('.compare td').allTextContents();
    expect(cells).toContain('missing');
    expect(await page.locator('.compare').textContent()).toContain('blogSrv.add_post');
  });

  it('forbids what a page could do to send anything, or to run what it was given', async () => {
    const open = await opened([fileOf(text)]);
    const { page } = open;
    const tried = await page.evaluate(async () => {
      const scope = globalThis as unknown as {
        document: {
          createElement(name: string): { textContent: string };
          body: { append(node: unknown): void };
        };
        setTimeout(code: string): void;
        isRun?: boolean;
      };
      const attempt = async (act: () => unknown): Promise<string> => {
        try {
          await act();
          return 'done';
        } catch (failure) {
          return (failure as Error).name;
        }
      };
      const element = scope.document.createElement('script');
      element.textContent = 'globalThis.isRun = true';
      scope.document.body.append(element);
      scope.setTimeout('globalThis.isRun = true');
      await new Promise(resolve => void setTimeout(resolve, 50));
      return {
        fetch: await attempt(() => fetch('http://127.0.0.1:9/')),
        isRun: scope.isRun === true,
      };
    });
    expect(tried).toEqual({ fetch: 'TypeError', isRun: false });
    // The browser complains of each, which is what it should do.
    expect(
      open.complaints.filter(line => /Content Security Policy/.test(line)).length,
    ).toBeGreaterThanOrEqual(2);
    open.complaints.splice(0);
    open.requests.splice(0);
  });

  it('shows hostile content as text', async () => {
    const hostile =
      '<img src=x onerror=globalThis.isRun=1></script><script>globalThis.isRun=1</script>\u202e';
    const script = withIds(`(xor (call "alice" ("${hostile}" "${hostile}") ["${hostile}"]) (null))`);
    const recording = await recordWorld({ scripts: [script] });
    const path = join(mkdtempSync(join(tmpdir(), 'beryl-view-')), 'page.html');
    const source = join(mkdtempSync(join(tmpdir(), 'beryl-view-')), '"><script>isRun=1<'.replaceAll('/', ''));
    writeFileSync(source, recording);
    expect(beryl(['view', source, '--html', path]).code).toBe(0);
    const page = await openPage([], pathToFileURL(path).href);
    await verified(page);
    for (const name of ['Verdict', 'Calls', 'Lanes', 'Compare']) {
      await tab(page, name);
      if (name === 'Calls') await page.locator('.row').first().click();
      expect(await page.locator('img').count()).toBe(0);
      expect(
        await page
          .locator('script:not([type="module"], [type="text/plain"], [type="application/x-beryl"])')
          .count(),
      ).toBe(0);
      expect(await page.locator('body').innerText()).not.toContain('\u202e');
    }
    expect(await page.evaluate(() => 'isRun' in globalThis)).toBe(false);
    await tab(page, 'Calls');
    await page.locator('.row').first().click();
    expect(await detail(page).textContent()).toContain('<img src=x onerror=');
  });

  it('opens a page with data inside, and says who chose the keys in it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'beryl-view-'));
    for (const [name, content] of [
      ['r.beryl', text],
      ['peers.json', trustText],
    ] as const)
      writeFileSync(join(folder, name), content);
    const path = join(folder, 'page.html');
    beryl(['view', join(folder, 'r.beryl'), '--trust', join(folder, 'peers.json'), '--html', path]);
    const page = await openPage([], pathToFileURL(path).href);
    await page.locator('[data-verdict="content"]:text("equal")').waitFor();
    expect(await page.getByLabel('keys').textContent()).toContain('the maker of this page');
  });

  it('draws only the rows in sight of a long list', async () => {
    const long = await recordWorld({ scripts: Array.from({ length: 300 }, () => POST) });
    const page = await openPage([fileOf(long)]);
    await tab(page, 'Calls');
    expect(await page.locator('.row').count()).toBeLessThan(80);
    await page.getByRole('listbox').focus();
    await page.keyboard.press('End');
    await page.locator('.row[aria-selected="true"]').waitFor();
    expect(await page.locator('.row[aria-selected="true"]').getAttribute('aria-posinset')).toBe('600');
  });
});
