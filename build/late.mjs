// Packages that our sources load late, with `createRequire(import.meta.url)('name')`: each is bundled as `late/<name>.js`.
import { dirname, relative } from 'node:path';
import { ROOT } from './package.mjs';

const LATE = /\bcreateRequire\(import\.meta\.url\)\('([a-z-]+)'\)/;

/** Plugin of the bundler. Node loads modules of either kind with `require`. */
export function late() {
  return {
    name: 'late',
    transform(code, id) {
      if (!id.startsWith(ROOT) || id.includes('/node_modules/') || !LATE.test(code)) return undefined;
      const folder = dirname(relative(ROOT, id));
      const bundled = code.replaceAll(new RegExp(LATE, 'g'), (_, name) => {
        this.emitFile({ type: 'chunk', id: name, fileName: `late/${name}.js` });
        return `createRequire(import.meta.url)('${relative(folder, `late/${name}.js`)}')`;
      });
      // No line has moved.
      return { code: bundled, map: null };
    },
  };
}
