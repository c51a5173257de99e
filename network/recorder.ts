import type { Recorder, RecordingSink } from '../audit/index.ts';
import { sha256, signerOf } from '../interpreter/index.ts';
import type { World } from './world.ts';

/**
 * Loaded when something records. Seeds of a network file are its reader's own, and so is this key: a checkpoint of a demo proves that
 * the file is whole, not who wrote it.
 */
export async function recorderInto(sink: RecordingSink, { clock }: World): Promise<Recorder> {
  const audit = await import('../audit/index.ts');
  const origin = `beryl.local/recording/${crypto.randomUUID()}`;
  const signer = signerOf(sha256('beryl demo recorder'));
  return new audit.Recorder({ sink, origin, signer, clock });
}
