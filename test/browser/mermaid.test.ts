import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exported } from '../support/exported.ts';
import { FORGED_POST, POST, recordWorld } from '../support/recording.ts';
import { CHROMIUM } from './chromium.ts';

// Mermaid is too large for a dependency: CI installs it into a folder of its own, and names that in BERYL_MERMAID.
const script = join(process.env['BERYL_MERMAID'] ?? '', 'node_modules/mermaid/dist/mermaid.min.js');
const isHere = CHROMIUM !== undefined && existsSync(script);
if (!isHere)
  process.stderr.write('mermaid: skipped; set BERYL_MERMAID to a folder where npm has installed it\n');

describe.skipIf(!isHere)('a graph of origins in Mermaid', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
  });
  afterAll(async () => void (await browser.close()));

  /** What Mermaid draws: labels of nodes, and elements that must not be there. */
  async function drawn(text: string): Promise<{ readonly labels: string[]; readonly foreign: number }> {
    const page = await browser.newPage();
    await page.addScriptTag({ content: readFileSync(script, 'utf8') });
    const svg = await page.evaluate(async graph => {
      const { mermaid } = globalThis as unknown as {
        mermaid: { render(id: string, text: string): Promise<{ svg: string }> };
      };
      return (await mermaid.render('graph', graph)).svg;
    }, text);
    await page.setContent(svg);
    const labels = await page.locator('.node').allTextContents();
    return { labels, foreign: await page.locator('script, img, a, iframe, [onerror], [onclick]').count() };
  }

  it('has each call and each value', async () => {
    const text = await recordWorld({ scripts: [POST, FORGED_POST] });
    const { labels } = await drawn(exported(text, 'mermaid'));
    expect(labels.join('\n')).toContain('blogSrv.add_post');
    expect(labels.length).toBe(exported(text, 'mermaid').match(/:::/g)?.length);
  });

  it('shows hostile text as text', async () => {
    const hostile = `"]:::x <img src=x onerror=alert(1)> %%{init: {}}%% \`**b**\` #quot; end`;
    const text = await recordWorld();
    const { labels, foreign } = await drawn(exported(text, 'mermaid', { nameOf: () => hostile }));
    expect(foreign).toBe(0);
    expect(labels.join('\n')).toContain('<img src=x onerror=alert(1)> %%{init: {}}%% `**b**` #quot; end');
  });
});
