import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { addPeerCommands } from '../../../cli/commands/peer.ts';
import { configSchema, ENVIRONMENT } from '../../../cli/daemon/config.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

interface Node {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
}

/** Its parts have a table of their own, in ARCHITECTURE.md. */
const WHOLE = new Set(['limits']);

/** Each setting that the schema has, by path. */
function settingsOf(node: Node, at: readonly string[] = []): (readonly [string, Node])[] {
  const path = at.join('.');
  if (node.properties === undefined || WHOLE.has(path)) return [[path, node]];
  return Object.entries(node.properties).flatMap(([name, inner]) => settingsOf(inner, [...at, name]));
}

function typeOf({ type = '', enum: choices }: Node): string {
  if (choices !== undefined) return choices.map(choice => `\`${choice}\``).join(', ');
  const words: Record<string, string> = { string: 'text', array: 'list', integer: 'whole number' };
  return words[type] ?? type;
}

/** What an empty file gives, as JSON. */
function defaultOf(path: string): string | undefined {
  const at = (value: unknown, name: string): unknown => (value as Record<string, unknown>)[name];
  return JSON.stringify(path.split('.').reduce(at, configSchema.parse({})));
}

/** Flags of `beryl peer start` by the setting that they override: the help says "instead of `setting`". */
function flagsBySetting(): Map<string, string> {
  const program = new Command();
  addPeerCommands(program, { say: () => 0, list: () => 0, json: () => 0 }, () => undefined);
  const peer = program.commands.find(command => command.name() === 'peer');
  const start = peer?.commands.find(command => command.name() === 'start');
  return new Map(
    start?.options.flatMap(({ long, description }) => {
      const [, setting] = /^instead of `?([\w.]+\w)/.exec(description) ?? [];
      return setting === undefined || typeof long !== 'string' ? [] : [[setting, long] as const];
    }),
  );
}

it('docs/operating.md lists every setting with its type, default, variable and flag', () => {
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as Node;
  const variables = new Map(Object.entries(ENVIRONMENT).map(([name, { path }]) => [path, name]));
  const flags = flagsBySetting();
  const code = (text: string | undefined): string => (text === undefined ? '' : `\`${text}\``);
  const expected = settingsOf(schema).map(([path, node]) => {
    return [
      code(path),
      typeOf(node),
      code(defaultOf(path)),
      code(variables.get(path)),
      code(flags.get(path)),
    ];
  });
  expect(expected.length).toBeGreaterThan(15);
  expect(variables.size).toBeGreaterThan(9);
  expect(flags.size).toBeGreaterThan(5);

  const page = readFileSync(join(ROOT, 'docs/operating.md'), 'utf8');
  const section = page.split('\n## Settings\n')[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter(line => line.startsWith('| `'));
  const listed = rows.map(row =>
    row
      .split('|')
      .slice(1, 6)
      .map(cell => cell.trim()),
  );
  const byPath = (a: readonly string[], b: readonly string[]): number =>
    (a[0] ?? '') < (b[0] ?? '') ? -1 : 1;
  expect(listed.toSorted(byPath)).toEqual(expected.toSorted(byPath));
});

it('docs/operating.md lists every metric', () => {
  const folder = join(ROOT, 'cli/daemon');
  const text = readdirSync(folder)
    .map(name => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  const metrics = new Set(text.match(/(?<=')(beryl|process)_[a-z_]+(?=')/g));
  expect(metrics.size).toBeGreaterThan(12);
  const page = readFileSync(join(ROOT, 'docs/operating.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `((?:beryl|process)_[a-z_]+)`/gm)].map(([, name]) => name);
  expect(listed.toSorted()).toEqual([...metrics].toSorted());
});
