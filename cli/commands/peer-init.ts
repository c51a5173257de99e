import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printable } from '../../base/printable.ts';
import { newSecrets, passphraseOf, readKeyFile, writeKeyFile } from '../daemon/key-file.ts';
import { configTemplate } from '../daemon/template.ts';
import { CliError, ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';

export interface PeerInitOptions {
  readonly listen: string;
  readonly metrics: string;
  readonly json?: boolean;
}

/** `beryl peer init`: a key and a configuration. What exists is not written over. */
export function peerInitCommand(
  folder: string,
  { listen, metrics, json = false }: PeerInitOptions,
  output: Output,
): ExitCode {
  const [config, key] = [join(folder, 'peer.jsonc'), join(folder, 'peer.key')];
  if (existsSync(config))
    throw new CliError('ERR_CLI_FILE', printable(`\`${config}\` exists already: choose another folder`));
  mkdirSync(folder, { recursive: true });
  if (!existsSync(key)) writeKeyFile(key, newSecrets(), { passphrase: passphraseOf(process.env) });
  writeFileSync(config, configTemplate(listen, metrics), { flag: 'wx' });
  const { peerId } = readKeyFile(key);
  if (json) output.json({ peerId, config, key });
  else output.list(peerId);
  output.say(`wrote ${config} and ${key}; start the peer with: beryl peer start -c ${config}`);
  return ExitCode.ok;
}
