import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { readExamples } from '../../cli/examples.ts';
import { ROOT } from '../support/cli.ts';
import { CHROMIUM } from './chromium.ts';
import { VIEWER, viewerPages } from './viewer-page.ts';

const CASES = readExamples(join(ROOT, 'examples')).flatMap(({ title, cases }) =>
  // Aqua programs need a compiler, which the page does not have.
  cases
    .filter(({ call }) => call === undefined)
    .map((played, i) => ({
      ...played,
      title: cases.length === 1 ? title : `${title} (${i + 1}: ${played.script})`,
    })),
);

describe.skipIf(CHROMIUM === undefined)('the playground', () => {
  const opened = viewerPages();
  const openPage = async (): Promise<Page> => (await opened([], `${VIEWER}#tab=playground`)).page;
  const outcome = (page: Page): ReturnType<Page['locator']> => page.getByLabel('outcome');
  const run = async (page: Page): Promise<string> => {
    await page.getByRole('button', { name: 'Run' }).click();
    await outcome(page).locator('.badge, pre.mark').first().waitFor();
    return outcome(page).innerText();
  };

  it('plays every example as the command line does', async () => {
    const page = await openPage();
    expect(CASES.length).toBeGreaterThan(8);
    expect(await page.getByLabel('example').locator('option').allTextContents()).toEqual(
      CASES.map(({ title }) => title),
    );
    for (const [index, { outcome: expected, code }] of CASES.entries()) {
      await page.getByLabel('example').selectOption({ index });
      const shown = await run(page);
      if (expected === 'ok') expect(shown).toContain('nothing was refused');
      else expect(shown).toContain(code);
    }
  });

  it('shows a newcomer a refusal, its reason, and where the refused value came from', async () => {
    const page = await openPage();
    await page.getByLabel('example').selectOption({ label: '5. The wrong field' });
    expect(await run(page)).toMatch(
      /blog refused blogSrv\.add_post: ERR_CALL_DENIED_GUARD[^]*argument `is_admin` has the wrong origin/,
    );
    await page.getByRole('button', { name: 'See every call' }).click();
    await page.getByRole('button', { name: 'Denied' }).click();
    await page.locator('.row').click();
    await page.getByLabel('arguments').locator('.field').last().click();
    expect(await page.locator('.answer').textContent()).toContain(
      '.$.is_misbehaving of authSrv.get_status on auth',
    );
    await page.getByRole('tab', { name: 'Verdict' }).click();
    await page.locator('[data-verdict="content"]:text("equal")').waitFor();
    expect(await page.locator('[data-verdict="completeness"]').textContent()).toBe('complete');
    expect(await page.getByLabel('keys').textContent()).toContain('the playground chose');
  });

  it('plays what was changed: script, rules and carrier', async () => {
    const page = await openPage();
    await page.getByLabel('example').selectOption({ label: '2. A man in the middle' });
    expect(await run(page)).toContain('blog refused what auth sent: ERR_RUN_8');
    const carrier = page.getByLabel('The carrier');
    await carrier.fill('');
    expect(await run(page)).toContain('only admins may post');
    const rules = page.getByLabel('Peers, their services and rules');
    await rules.fill((await rules.inputValue()).replace('"editor"', '"author"'));
    expect(await run(page)).toContain('nothing was refused');
    await page.getByLabel('Script (AIR)').fill('(seq (null) (call');
    expect(await run(page)).toMatch(/ERR_AIR_SYNTAX/);
    await rules.fill('{"init": 1}');
    expect(await run(page)).toContain('ERR_CLI_NETWORK_FILE');
  });
});
