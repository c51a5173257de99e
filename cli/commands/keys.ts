import { counted } from '../../base/counted.ts';
import { printable } from '../../base/printable.ts';
import { signerOf, type Signer } from '../../interpreter/index.ts';
import { toBase64 } from '../../base/bytes.ts';
import { signDenyList, signRotation, verifyIdentity } from '../../peer/index.ts';
import { statementsOf } from '../daemon/identities.ts';
import { readDenyFile } from '../daemon/deny-files.ts';
import { newSecrets, passphraseOf, readKeyFile, writeKeyFile } from '../daemon/key-file.ts';
import { CliError, ExitCode } from '../errors.ts';
import { writeBytes } from '../files.ts';
import type { Output } from '../output.ts';

/** `beryl keys new`: a key file. */
export function keysNewCommand(path: string, options: { json?: boolean }, output: Output): ExitCode {
  const passphrase = passphraseOf(process.env);
  writeKeyFile(path, newSecrets(), { passphrase });
  const code = keysShowCommand(path, options, output);
  if (passphrase === undefined && options.json !== true)
    output.say(
      'set BERYL_PASSPHRASE_FILE to the name of a file with a passphrase to have new key files encrypted',
    );
  return code;
}

/** `beryl keys show`: whose key it is. */
export function keysShowCommand(
  path: string,
  { json = false }: { json?: boolean },
  output: Output,
): ExitCode {
  const { peerId, isEncrypted, identity } = readKeyFile(path);
  const { name, keys } = verifyIdentity(statementsOf(identity));
  if (json) output.json({ peerId, isEncrypted, name, keys });
  else {
    output.list(peerId);
    output.say(isEncrypted ? 'the key file is encrypted' : 'the key file is not encrypted');
  }
  return ExitCode.ok;
}

/** `beryl keys rotate`: the next key signs from now on. The key before stays verifiable, as superseded or revoked. */
export function keysRotateCommand(
  path: string,
  { revoke = false, json = false }: { revoke?: boolean; json?: boolean },
  output: Output,
): ExitCode {
  const passphrase = passphraseOf(process.env);
  const file = readKeyFile(path);
  const { seed, nextSeed } = file.open(passphrase);
  const made = { seed: nextSeed, nextSeed: newSecrets().seed };
  const statements = statementsOf(file.identity);
  const [current, next, after] = [seed, made.seed, made.nextSeed].map(one => signerOf(one)) as [
    Signer,
    Signer,
    Signer,
  ];
  const last = statements.at(-1) as Uint8Array;
  statements.push(
    signRotation(last, { current, next, after: after.peerId, atMs: Date.now(), isRevoked: revoke }),
  );
  verifyIdentity(statements);
  writeKeyFile(path, made, { passphrase, identity: statements.map(toBase64), isReplaced: true });
  if (json) output.json({ peerId: next.peerId, before: current.peerId, isRevoked: revoke });
  else output.list(next.peerId);
  output.say(
    printable(
      `${current.peerId} is ${revoke ? 'revoked' : 'superseded'}; give others the statements of \`beryl keys export ${path} -o <file>\``,
    ),
  );
  return ExitCode.ok;
}

/** `beryl keys export`: what others need to follow the name. */
export function keysExportCommand(
  path: string,
  { out, json = false }: { out: string; json?: boolean },
  output: Output,
): ExitCode {
  const { identity } = readKeyFile(path);
  const { name, keys } = verifyIdentity(statementsOf(identity));
  writeBytes(out, `${JSON.stringify(identity, null, 2)}\n`, [path]);
  if (json) output.json({ out, name, keys });
  output.say(printable(`wrote ${out}: ${counted(keys.length, 'key')} of ${name}`));
  return ExitCode.ok;
}

export interface DenyListOptions {
  readonly key: string;
  readonly sequence: string;
  readonly out: string;
  readonly json?: boolean;
}

/** `beryl deny-list`: signs a list for all who trust the key. */
export function denyListCommand(
  path: string,
  { key, sequence, out, json = false }: DenyListOptions,
  output: Output,
): ExitCode {
  const number = Number(sequence);
  if (!Number.isSafeInteger(number) || number < 0)
    throw new CliError('ERR_CLI_DENY_LIST', 'the sequence is an integer of 0 or more');
  const signer = signerOf(readKeyFile(key).open(passphraseOf(process.env)).seed);
  const entries = readDenyFile(path);
  writeBytes(out, signDenyList(signer, { sequence: number, iatMs: Date.now(), entries }), [path, key]);
  if (json) output.json({ out, sequence: number, authority: signer.peerId, entries: entries.length });
  output.say(
    printable(
      `wrote ${out}: list ${number} of ${signer.peerId}, ${counted(entries.length, 'entry', 'entries')}`,
    ),
  );
  return ExitCode.ok;
}
