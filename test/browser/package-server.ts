import { createServer, type Server } from 'node:http';
import { existsSync, readFileSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join, relative } from 'node:path';

/**
 * A folder with `node_modules`, as a page without a bundler sees it: files as they are, and an import map made from what packages
 * say of themselves. Nothing is transformed, nothing is filled in.
 */
export interface PackageServer {
  readonly url: string;
  /** What the page posts. */
  readonly result: Promise<unknown>;
  close(): void;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
};

export async function servePackages(folder: string, entry: string, input: unknown): Promise<PackageServer> {
  const page = pageOf(importMapOf(folder, entry), entry, input);
  let settle: (result: unknown) => void = () => undefined;
  const result = new Promise<unknown>(resolve => (settle = resolve));
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (request.method === 'POST') {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        response.end();
        settle(JSON.parse(body));
      });
      return;
    }
    if (path === '/') {
      response.setHeader('content-type', 'text/html; charset=utf-8').end(page);
      return;
    }
    // A URL's path has no `..` left in it.
    const file = join(folder, path);
    if (!existsSync(file) || !statSync(file).isFile()) response.writeHead(404).end();
    else response.setHeader('content-type', TYPES[extname(file)] ?? 'text/plain').end(readFileSync(file));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${portOf(server)}/`, result, close: () => closeAll(server) };
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

function closeAll(server: Server): void {
  server.closeAllConnections();
  server.close();
}

function pageOf(imports: Record<string, string>, entry: string, input: unknown): string {
  const json = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');
  return `<!doctype html>
<script type="importmap">${json({ imports })}</script>
<script type="module">
  const tell = result => fetch('/result', { method: 'POST', body: JSON.stringify(result) });
  addEventListener('unhandledrejection', ({ reason }) => tell({ failure: String(reason?.stack ?? reason) }));
  try {
    const { scenario } = await import('/${entry}');
    const outcome = await scenario(${json(input)});
    await tell({ outcome, userAgent: navigator.userAgent, hasProcess: 'process' in globalThis });
  } catch (failure) {
    await tell({ failure: String(failure?.stack ?? failure) });
  }
</script>`;
}

/** Every bare specifier that is reached from the entry, with the file that it stands for. */
function importMapOf(folder: string, entry: string): Record<string, string> {
  const map: Record<string, string> = {};
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const specifier of specifiersIn(readFileSync(file, 'utf8'))) {
      const target = targetOf(folder, file, specifier);
      if (target === undefined || !existsSync(target)) continue;
      if (!/^[./]/.test(specifier)) map[specifier] = `/${relative(folder, target)}`;
      visit(target);
    }
  };
  visit(join(folder, entry));
  return map;
}

function specifiersIn(source: string): string[] {
  const found = source.matchAll(/\bfrom\s*["']([^"'\s]+)["']|\bimport\s*["']([^"'\s]+)["']/g);
  return [...found].map(([, from, bare]) => from ?? bare ?? '');
}

function targetOf(folder: string, file: string, specifier: string): string | undefined {
  if (/^[./]/.test(specifier)) return join(dirname(file), specifier);
  return specifier.startsWith('#') ? resolveOwn(file, specifier) : resolvePackage(folder, specifier);
}

/** A `#name` of the package that the file belongs to. */
function resolveOwn(file: string, specifier: string): string | undefined {
  const root = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
  if (root === undefined) return undefined;
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    imports?: Record<string, unknown>;
  };
  const target = conditional(manifest.imports?.[specifier]);
  return target === undefined ? undefined : join(root, target);
}

function resolvePackage(folder: string, specifier: string): string | undefined {
  const [, name = '', rest = ''] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(specifier) ?? [];
  const root = join(folder, 'node_modules', name);
  if (!existsSync(join(root, 'package.json'))) return undefined;
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    exports?: Record<string, unknown>;
    module?: string;
    main?: string;
  };
  const file =
    conditional(manifest.exports?.[`.${rest}`]) ??
    (rest === '' ? (manifest.module ?? manifest.main) : rest.slice(1));
  return file === undefined ? undefined : join(root, file);
}

/** The file of an entry in `exports` or `imports`, for a page. */
function conditional(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (typeof target !== 'object' || target === null) return undefined;
  for (const [condition, inner] of Object.entries(target)) {
    if (['browser', 'import', 'default'].includes(condition)) return conditional(inner);
  }
  return undefined;
}
