// Licences of the packages that are bundled, in one file beside them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Plugin of the bundler: emits `THIRD-PARTY-LICENSES.txt`. */
export function licences() {
  return {
    name: 'licences',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap(chunk => Object.keys(chunk.modules ?? {}));
      this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENSES.txt', source: licenceTexts(modules) });
    },
  };
}

/** Licences of the packages that modules belong to. */
export function licenceTexts(modules) {
  const packages = new Set(modules.flatMap(id => packageOf(id) ?? []));
  return [...packages].sort().map(licenceOf).join('\n\n');
}

/** Folder of the package that a module belongs to. */
const packageOf = id => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0];

function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = existsSync(folder)
    ? readdirSync(folder).filter(file => /^(licen[cs]e|notice)/i.test(file))
    : [];
  if (files.length === 0) throw new Error(`\`${name}\` has no licence file`);
  const texts = files.map(file => readFileSync(join(folder, file), 'utf8').trim());
  return `${name} ${version} (${license})\n\n${texts.join('\n\n')}`;
}
