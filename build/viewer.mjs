// The viewer: one HTML file without links to anything. Its script and style stand in it, and its policy names their hashes, so that
// nothing else runs in it and nothing leaves it.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { examples } from './examples.mjs';
import { licenceTexts } from './licences.mjs';
import { EXTERNAL, ROOT } from './package.mjs';

/** `blob:` is the worker, made from the script that stands in the page. */
const policy = (script, style) =>
  [
    "default-src 'none'",
    `script-src ${script}`,
    `style-src ${style}`,
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

export async function viewer(dist) {
  const { code, modules } = await scriptOf('viewer/main.tsx');
  const script = inert(code);
  const style = readFileSync(join(ROOT, 'viewer/style.css'), 'utf8').replaceAll(/\s+/g, ' ').trim();
  const page = readFileSync(join(ROOT, 'viewer/page.html'), 'utf8')
    .replace('%CSP%', () => policy(hashOf(script), hashOf(style)))
    .replace(/\s*%STYLE%\s*/, () => style)
    .replace(/\s*%LICENCES%\s*/, () => inert(licenceTexts(modules)))
    .replace(/\s*%SCRIPT%\s*/, () => script);
  mkdirSync(join(dist, 'viewer'), { recursive: true });
  writeFileSync(join(dist, 'viewer/index.html'), page);
}

async function scriptOf(entry) {
  const build = await rolldown({
    cwd: ROOT,
    input: join(ROOT, entry),
    platform: 'browser',
    checks: { bundlerTimings: false },
    plugins: [examples()],
    // Optional packages may be missing where this is built; the page uses none of them.
    external: EXTERNAL.map(name => new RegExp(`^${name}(/|$)`)),
    resolve: { alias: { '#chevrotain': join(ROOT, 'air-grammar/grammar/chevrotain-ready.ts') } },
    transform: {
      define: { 'process.env.NODE_ENV': '"production"' },
    },
    onLog(level, log, handler) {
      if (level === 'warn') throw new Error(log.message);
      handler(level, log);
    },
  });
  const { output } = await build.generate({ format: 'es', minify: true, codeSplitting: false });
  await build.close();
  const [chunk, ...others] = output.filter(({ type }) => type === 'chunk');
  // What was imported late is in the chunk itself.
  const imports = [...chunk.imports, ...chunk.dynamicImports].filter(name => name !== chunk.fileName);
  if (others.length + imports.length > 0)
    throw new Error(`the viewer must be one script: ${imports.join(', ')}`);
  return { code: chunk.code, modules: Object.keys(chunk.modules) };
}

/** Nothing in a script may end its element, or begin a comment of HTML. */
const inert = code => code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--').trim();

const hashOf = text => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
