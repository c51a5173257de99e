import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileSink, Recorder } from '../../audit/index.ts';
import { signerOf } from '../../interpreter/index.ts';
import type { Config } from './config.ts';
import { newSecrets, passphraseOf, readKeyFile, writeKeyFile } from './key-file.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** A recorder that writes to a file of this start. */
export interface OpenRecorder {
  readonly recorder: Recorder;
  readonly path: string;
  /** Ends the recording. */
  end(): void;
}

/**
 * Begins a recording of a peer: a new file, under a new origin, signed by the recorder's own key, which is made if there is none.
 *
 * @returns `undefined` if the configuration records nothing.
 * @throws {CliError} `ERR_CLI_KEY`. @throws {Error} As `node:fs`: a peer that should be recorded does not start without it.
 */
export function openRecorder(
  { record, data, store }: Config,
  peerId: string,
  environment: Readonly<Record<string, string | undefined>>,
  log: Log,
  metrics: Metrics,
): OpenRecorder | undefined {
  const { mode, values, key } = record;
  if (mode === 'off') return undefined;
  const passphrase = passphraseOf(environment);
  if (!existsSync(key)) writeKeyFile(key, newSecrets(), { passphrase });
  const signer = signerOf(readKeyFile(key).open(passphrase).seed);
  const folder = join(data, 'recordings');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Two starts at one time of a clock that was set back must not share an origin: that would convict the recorder.
  const name = `${new Date().toISOString().replaceAll(':', '-')}-${randomBytes(4).toString('hex')}`;
  const path = join(folder, `${name}.beryl`);
  const file = fileSink(path, { sync: store.synchronous === 'full' });
  metrics
    .describe('beryl_recorder_bytes_total', 'Bytes that the recorder has written.')
    .describe(
      'beryl_recorder_failures_total',
      'Recordings that ended because their file could not be written.',
    );
  let hasFailed = false;
  // The peer works on without its recorder. The recording then has no end, which its verification shows.
  const careful = (act: () => void): void => {
    if (hasFailed) return;
    try {
      act();
    } catch (failure) {
      hasFailed = true;
      metrics.count('beryl_recorder_failures_total');
      log.write('error', 'the recording cannot be written, and has ended', { path, reason: String(failure) });
    }
  };
  const sink = {
    write: (lines: string) =>
      careful(() => {
        file.write(lines);
        metrics.count('beryl_recorder_bytes_total', {}, Buffer.byteLength(lines));
      }),
    checkpointed: () => careful(() => file.checkpointed?.()),
  };
  const recorder = new Recorder({ sink, origin: `${peerId}/${name}`, signer, mode, values });
  log.write('info', 'recording', { path, recorder: signer.peerId, mode, values });
  const end = (): void => {
    recorder.end();
    careful(() => file.close());
  };
  return { recorder, path, end };
}
