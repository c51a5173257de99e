// The examples, for the playground: their texts, and the modules of services that they name, in one module `virtual:examples`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PUBLIC, ROOT } from './package.mjs';

const NAME = 'virtual:examples';
const FOLDER = join(ROOT, 'examples');

/** Plugin of the bundler. Examples import Beryl by its public names, which stand for our sources here. */
export function examples() {
  return {
    name: 'examples',
    resolveId(id) {
      if (id === NAME) return `\0${NAME}`;
      const name = PUBLIC.find(known => id === `beryl/${known}`);
      return name === undefined ? undefined : join(ROOT, name, 'index.ts');
    },
    load(id) {
      return id === `\0${NAME}` ? moduleOf(readdirSync(FOLDER).sort().flatMap(read)) : undefined;
    },
  };
}

function read(name) {
  const folder = join(FOLDER, name);
  const files = readdirSync(folder);
  // The playground has no compiler for Aqua programs.
  if (!files.includes('case.json') || !files.some(file => file.endsWith('.air'))) return [];
  const texts = files
    .filter(file => /\.(air|json)$/.test(file))
    .map(file => [file, readFileSync(join(folder, file), 'utf8')]);
  const modules = files.filter(file =>
    texts.some(([, text]) => file.endsWith('.mjs') && text.includes(`./${file}`)),
  );
  return [{ name, texts: Object.fromEntries(texts), modules }];
}

function moduleOf(all) {
  const modules = all.flatMap(({ name, modules: own }) => own.map(file => ({ name, file })));
  return [
    ...modules.map(
      ({ name, file }, i) => `import * as module${i} from ${JSON.stringify(join(FOLDER, name, file))};`,
    ),
    `export const examples = ${JSON.stringify(all.map(({ name, texts }) => ({ name, texts })))};`,
    `export const modules = new Map([${modules.map(({ name, file }, i) => `[${JSON.stringify(`${name}/${file}`)}, module${i}]`).join(', ')}]);`,
  ].join('\n');
}
