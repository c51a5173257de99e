import { textOf, toHex, utf8 } from '../../../base/bytes.ts';
import { sha256 } from '../../../interpreter/index.ts';
import { parseCanonicalJson } from '../../../interpreter/values/json-parser.ts';
import { ownRecord, putValue, replace, targetsIn, type Mutation, type Scene } from './scene.ts';

type Content = unknown[];

/** Canons of mallory with another content, signed again. */
const listing =
  (change: (content: Content, scene: Scene) => unknown): Mutation =>
  scene => {
    const target = ownRecord(scene, ({ kind }) => kind === 1);
    const content = target && contentOf(scene, target.record.responseHash);
    if (target === undefined || content === undefined) return false;
    target.record.responseHash = putValue(scene, utf8(jsonText(change(content, scene))));
    replace(target, target.record);
    return true;
  };

/** Numbers beyond 2^53 are rounded: the content is another one anyway. */
const jsonText = (content: unknown): string =>
  JSON.stringify(content, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));

export const CANONS: Readonly<Record<string, Mutation>> = {
  'canon: in another order': listing((content, { chance }) => chance.shuffled(content)),
  'canon: an element twice': listing((content, { chance }) => [
    ...content,
    chance.some(content) ?? ['0', ''],
  ]),
  'canon: an element left out': listing((content, { chance }) => {
    const at = chance.below(content.length);
    return content.filter((_, i) => i !== at);
  }),
  'canon: empty': listing(() => []),
  'canon: an element of another site': listing((content, scene) => {
    const record = scene.chance.some(targetsIn(scene.wire.logs))?.record;
    const { instruction = 0, steps = [] } = record?.site ?? {};
    const way = steps.map((step, i) => (i % 2 === 0 ? `/${String(step)}` : `:${item(step)}`)).join('');
    return [...content, [`${instruction}${way}`, toHex(record?.responseHash ?? new Uint8Array(32))]];
  }),
  'canon: another value': listing((content, { chance, wire }) =>
    content.map(entry =>
      Array.isArray(entry) && chance.is(0.5)
        ? [entry[0], toHex(sha256(chance.some(wire.values) ?? chance.bytes(3)))]
        : entry,
    ),
  ),
  'canon: of another shape': listing((content, { chance }) =>
    chance.of<unknown>([
      {},
      1,
      null,
      'x',
      [content],
      [...content, []],
      [...content, [1, 2]],
      [...content, ['0']],
    ]),
  ),
  'canon: of nowhere': listing((content, { chance }) => [
    ...content,
    [chance.of(['', '0', '99', '1/0:0', '__proto__', 'x'.repeat(1000)]), '00'.repeat(32)],
  ]),
};

function contentOf({ wire }: Scene, hash: Uint8Array): Content | undefined {
  const value = wire.values.find(bytes => toHex(sha256(bytes)) === toHex(hash));
  const content = parseCanonicalJson((value && textOf(value)) ?? 'null');
  return Array.isArray(content) ? (content as Content) : undefined;
}

const item = (step: number | Uint8Array): string => (typeof step === 'number' ? String(step) : toHex(step));
