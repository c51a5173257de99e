import { counted } from '../../base/counted.ts';
import { printable } from '../../base/printable.ts';
import { signerOf } from '../../interpreter/index.ts';
import { DenyList, natsServerConfig, serveSigner } from '../../peer/index.ts';
import { followDenyFile } from '../daemon/deny-files.ts';
import { readBinding, readHostFile, writeHostFile } from '../daemon/host-file.ts';
import { passphraseOf, readKeyFile } from '../daemon/key-file.ts';
import { openLog } from '../daemon/log.ts';
import { requireBusPackages } from '../daemon/packages.ts';
import { CliError, ExitCode } from '../errors.ts';
import { writeBytes } from '../files.ts';
import type { Output } from '../output.ts';

export interface BusHostOptions {
  readonly key: string;
  readonly days: string;
  readonly json?: boolean;
}

/** `beryl bus host`: a key for one host. */
export async function busHostCommand(
  path: string,
  options: BusHostOptions,
  output: Output,
): Promise<ExitCode> {
  const days = Number(options.days);
  if (!Number.isSafeInteger(days) || days < 1)
    throw new CliError('ERR_CLI_KEY', '`--days` is a whole number of 1 or more');
  const peer = signerOf(readKeyFile(options.key).open(passphraseOf(process.env)).seed);
  const { host } = await writeHostFile(path, peer, days);
  const binding = `${path}.binding`;
  if (options.json === true) output.json({ host, file: path, binding });
  else {
    output.list(host);
    output.say(printable(`wrote ${path} for this host and ${binding} for the server`));
  }
  return ExitCode.ok;
}

export interface BusSignerOptions {
  readonly key: string;
  readonly servers: string;
  readonly denyFile?: string;
}

/** `beryl bus signer`: signs for workers that do not have the key, until it is stopped. */
export async function busSignerCommand(
  path: string,
  { key, servers, denyFile }: BusSignerOptions,
  output: Output,
): Promise<ExitCode> {
  requireBusPackages();
  const log = await openLog({ level: 'info', format: 'json' }, line => output.list(line));
  const signer = signerOf(readKeyFile(key).open(passphraseOf(process.env)).seed);
  const { hostKey, binding } = readHostFile(path);
  const denied = new DenyList();
  const failed = (failure: unknown): void =>
    log.write('error', 'the deny file is not in force', { reason: String(failure) });
  const endFile = denyFile === undefined ? undefined : followDenyFile(denyFile, denied, failed);
  const host = { servers: servers.split(',').map(server => server.trim()), hostKey, binding };
  try {
    const end = await serveSigner(signer, host, denied, reason =>
      log.write('warn', 'not signed', { reason }),
    );
    log.write('info', 'started', { peer: signer.peerId });
    await new Promise<void>(resolve => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    });
    await end();
    log.write('info', 'stopped');
  } finally {
    endFile?.();
  }
  return ExitCode.ok;
}

/** `beryl bus config`: users and permissions of a server. */
export function busConfigCommand(
  paths: readonly string[],
  { out, json = false }: { readonly out: string; readonly json?: boolean },
  output: Output,
): ExitCode {
  writeBytes(out, natsServerConfig(paths.map(readBinding), Date.now()), [...paths]);
  if (json) output.json({ file: out, hosts: paths.length });
  else output.say(printable(`wrote ${out}: ${counted(paths.length, 'host')}`));
  return ExitCode.ok;
}
