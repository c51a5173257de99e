import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { ROOT } from '../support/cli.ts';
import { CHROMIUM } from './chromium.ts';

/** A file that a page opens. */
export interface Dropped {
  readonly name: string;
  readonly text: string | Uint8Array;
}

/** The viewer as `npm run build` has made it. */
export const VIEWER = pathToFileURL(join(ROOT, 'dist/viewer/index.html')).href;

/** A page, and what went wrong in it. */
export interface OpenPage {
  readonly page: Page;
  /** Errors of scripts, and what the browser writes to its console: violations of the policy among them. */
  readonly complaints: string[];
  /** Addresses that were asked for, the page itself not counted. */
  readonly requests: string[];
}

const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });

export async function openViewer(
  browser: Browser,
  files: readonly Dropped[] = [],
  url = VIEWER,
): Promise<OpenPage> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  const [complaints, requests]: [string[], string[]] = [[], []];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('request', request => {
    if (!request.isNavigationRequest()) requests.push(request.url());
  });
  await page.goto(url);
  if (files.length > 0) {
    await page.setInputFiles(
      '#open',
      files.map(({ name, text }) => ({
        name,
        mimeType: 'application/octet-stream',
        buffer: Buffer.from(text),
      })),
    );
    await verified(page);
  }
  return { page, complaints, requests };
}

/** Waits until the page has a verdict, whatever it is. */
export async function verified(page: Page): Promise<void> {
  await page.locator('[data-verdict], [role="alert"], .files:not(:empty)').first().waitFor();
  await page.locator('text=/^verifying:/').waitFor({ state: 'detached' });
}

/**
 * One browser for a suite; each page that it opens is closed after its test. Whatever a test did, the page ran nothing that its policy
 * forbids, and asked for nothing.
 */
export function viewerPages(): (files?: Parameters<typeof openViewer>[1], url?: string) => Promise<OpenPage> {
  let browser: Browser;
  let open: OpenPage | undefined;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(async () => void (await browser.close()));
  afterEach(async () => {
    expect(open?.complaints ?? []).toEqual([]);
    expect((open?.requests ?? []).filter(url => !url.startsWith('blob:'))).toEqual([]);
    await open?.page.close();
    open = undefined;
  });
  return async (files = [], url = VIEWER) => {
    open = await openViewer(browser, files, url);
    return open;
  };
}
