import type { RecordingSink } from '../../audit/index.ts';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { jsonText } from '../../cli/json-text.ts';
import { readNetworkFile } from '../../cli/network-file.ts';
import type { Output } from '../../cli/output.ts';
import { Session } from '../../network/session.ts';

export const ROOT = resolve(import.meta.dirname, '../..');

export interface CliEnd {
  readonly code: number | null;
  /** Results for programs. */
  readonly stdout: string;
  /** Text for people. */
  readonly stderr: string;
}

/** Runs the built command line as a process of its own. */
export function beryl(
  args: readonly string[],
  input = '',
  cwd: string = ROOT,
  env: Readonly<Record<string, string>> = {},
): CliEnd {
  const main = join(ROOT, 'bin/beryl.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd,
    input,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { code: status, stdout, stderr };
}

/** A fresh folder with these files in it. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'beryl-test-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** Takes what a command shows, instead of the terminal. */
export function capture(): Output & { said: string; listed: string; documents: string[] } {
  return {
    said: '',
    listed: '',
    documents: [],
    say(text) {
      this.said += `${text}\n`;
    },
    list(text) {
      this.listed += `${text}\n`;
    },
    json(value) {
      this.documents.push(jsonText(value));
    },
  };
}

/** A session of the peers of a network file, with these files beside it. */
export function sessionOf(
  network: object | string,
  files: Readonly<Record<string, string>> = {},
  sink?: RecordingSink,
): Promise<Session> {
  const text = typeof network === 'string' ? network : JSON.stringify(network);
  const folder = folderOf({ ...files, 'network.json': text });
  return Session.open(readNetworkFile(join(folder, 'network.json')), sink);
}
