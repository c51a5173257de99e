import { examples, modules } from 'virtual:examples';
import type { Beside } from '../../network/index.ts';
import type { Play } from './play.ts';

/** An example, ready to be played. */
export interface Case extends Play {
  readonly title: string;
  readonly tried: string;
}

interface CaseFile {
  readonly title: string;
  readonly tried: string;
  readonly cases: readonly { readonly script: string; readonly call?: string; readonly network: string }[];
}

/** The cases of all examples that the page can play, in order. */
export const CASES: readonly Case[] = examples.flatMap(({ name, texts }) => {
  const { title, tried, cases: all } = JSON.parse(texts['case.json'] ?? '{}') as CaseFile;
  // The compiler of Aqua programs is not part of the page.
  const cases = all.filter(({ call }) => call === undefined);
  return cases.map(({ script, network }, i): Case => {
    const { wire, ...rest } = JSON.parse(texts[network] ?? '{}') as { readonly wire?: unknown };
    return {
      title: cases.length === 1 ? title : `${title} (${i + 1}: ${script})`,
      tried,
      script: texts[script] ?? '',
      network: JSON.stringify(rest, undefined, 2),
      carrier: wire === undefined ? '' : JSON.stringify(wire, undefined, 2),
      beside: besideOf(name, texts),
    };
  });
});

function besideOf(name: string, texts: Readonly<Record<string, string>>): Beside {
  const plain = (path: string): string => path.replace(/^\.\//, '');
  return {
    pathOf: plain,
    readText: path => texts[plain(path)] ?? '',
    loadModule: path => {
      const found = modules.get(`${name}/${plain(path)}`);
      return found === undefined
        ? Promise.reject(new Error('the playground has the modules of its examples only'))
        : Promise.resolve(found);
    },
  };
}
