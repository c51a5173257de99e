import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { printable } from '../../base/printable.ts';
import { CliError, ExitCode } from '../errors.ts';
import { readBytes, writeBytes } from '../files.ts';
import type { Output } from '../output.ts';

export interface ViewOptions {
  readonly html?: string;
  readonly trust?: string;
  /** False with `--no-open`. */
  readonly open: boolean;
  readonly json?: boolean;
}

/** Beside `dist/cli` and `dist/chunks`. */
const PAGE = resolve(import.meta.dirname, '../viewer/index.html');

/**
 * `beryl view [file]…`: the viewer with these files in it, as one page that needs nothing else. It verifies what it holds when it is
 * opened. `--html` writes the page; else it goes to a folder that only this user can read, and is opened in a browser.
 */
export function viewCommand(paths: readonly string[], options: ViewOptions, output: Output): ExitCode {
  const all = options.trust === undefined ? paths : [...paths, options.trust];
  const page = pageWith(all.map(path => ({ name: basename(path), bytes: readBytes(path, 'recording') })));
  if (options.html !== undefined) {
    writeBytes(options.html, page, all);
    if (options.json === true) output.json({ page: options.html, files: all });
    output.say(`written to ${printable(options.html)}, with the content of ${all.length} files in it`);
    return ExitCode.ok;
  }
  const path = join(mkdtempSync(join(tmpdir(), 'beryl-view-')), 'index.html');
  writeFileSync(path, page, { mode: 0o600 });
  if (options.json === true) output.json({ page: path, files: all });
  else output.list(path);
  if (options.open && process.stdout.isTTY) openInBrowser(path, output);
  return ExitCode.ok;
}

/** The page with files in it, in elements that the browser does not run. Names and base64 cannot end an element. */
function pageWith(files: readonly { readonly name: string; readonly bytes: Uint8Array }[]): string {
  if (!existsSync(PAGE))
    throw new CliError('ERR_CLI_FILE', 'the viewer is not built: run `npm run build` in Beryl’s folder');
  const data = files.map(
    ({ name, bytes }) =>
      `<script type="application/x-beryl" data-name="${attribute(name)}">${Buffer.from(bytes).toString('base64')}</script>`,
  );
  return readFileSync(PAGE, 'utf8').replace('<!--DATA-->', () => data.join('\n'));
}

const attribute = (text: string): string =>
  printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

/** Where that does not work, the path has been printed. */
function openInBrowser(path: string, output: Output): void {
  const [command, ...args] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['explorer.exe'] : ['xdg-open'];
  spawn(command as string, [...args, path], { detached: true, stdio: 'ignore' })
    .on('error', () => output.say('no browser could be started: open the file in one'))
    .unref();
}
